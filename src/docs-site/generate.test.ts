import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { generateSite, type SiteFile } from './generate.ts';
import type { BootWire, DetailWire, SearchWire } from './shared/wire.ts';

const assets = { appJs: '/* app */', styleCss: '/* css */' };
const now = new Date('2026-11-23T08:00:00Z');

const manifest = {
  metadata: {
    project_name: 'shop',
    adapter_type: 'duckdb',
    dbt_version: '1.11',
    generated_at: '2026-11-23T07:00:00Z',
  },
  nodes: {
    'model.shop.b': {
      unique_id: 'model.shop.b',
      resource_type: 'model',
      name: 'b',
      package_name: 'shop',
      original_file_path: 'models/b.sql',
      fqn: ['shop', 'b'],
      description: 'All **b**.',
      raw_code: 'select 1',
      compiled_code: 'select 1 -- compiled',
      relation_name: '"d"."s"."b"',
      database: 'd',
      schema: 's',
      config: {
        materialized: 'landing',
        unique_key: 'id',
        expectations: [
          { name: 'positive', expression: 'x > 0', on_violation: 'quarantine' },
          { name: 'once', unique: ['id'], order_by: ['t desc'] },
        ],
      },
      columns: JSON.parse(
        '{"__proto__": {"name": "__proto__", "description": "odd", "meta": {"pii": true}}, "ID": {"name": "ID", "description": "key"}, "gone": {"name": "gone", "description": "was here"}}',
      ),
      depends_on: { nodes: ['source.shop.landing.a'], macros: ['macro.shop.m'] },
    },
    'test.shop.not_null_b_id.abc': {
      unique_id: 'test.shop.not_null_b_id.abc',
      resource_type: 'test',
      name: 'not_null_b_id',
      package_name: 'shop',
      original_file_path: 'models/b.yml',
      fqn: ['shop', 'not_null_b_id'],
      column_name: 'id',
      attached_node: 'model.shop.b',
      test_metadata: { name: 'not_null', kwargs: { column_name: 'id', model: '{{ x }}' } },
      config: { severity: 'ERROR' },
      depends_on: { nodes: ['model.shop.b'] },
    },
  },
  sources: {
    'source.shop.landing.a': {
      unique_id: 'source.shop.landing.a',
      resource_type: 'source',
      name: 'a',
      source_name: 'landing',
      package_name: 'shop',
      original_file_path: 'models/b.yml',
      fqn: ['shop', 'landing', 'a'],
      config: { landing: { path: 'landing/a/*.csv', format: 'csv' } },
      relation_name: 'x',
      database: 'd',
      schema: 'landing',
    },
  },
  macros: {
    'macro.shop.m': {
      resource_type: 'macro',
      name: 'm',
      package_name: 'shop',
      original_file_path: 'macros/m.sql',
      macro_sql: '{% macro m() %}{% endmacro %}',
      arguments: [{ name: 'x', type: 'int', description: 'an x' }],
    },
    'macro.dbt.run': {
      resource_type: 'macro',
      name: 'run',
      package_name: 'dbt',
      original_file_path: 'x.sql',
      macro_sql: '',
    },
  },
};

const catalog = {
  nodes: {
    'model.shop.b': {
      columns: {
        id: { type: 'BIGINT', index: 1, name: 'id' },
        extra: { type: 'DATE', index: 2, name: 'extra' },
      },
      stats: {},
    },
  },
  sources: {},
};

const run = (at: string, status: string): object => ({
  metadata: { generated_at: at },
  elapsed_time: 2,
  args: { which: 'build' },
  results: [
    {
      unique_id: 'model.shop.b',
      status,
      execution_time: 1.5,
      thread_id: 'Thread-1',
      adapter_response: { rows_affected: 7 },
      message: 'OK',
      timing: [
        {
          name: 'execute',
          started_at: '2026-11-23T07:00:01Z',
          completed_at: '2026-11-23T07:00:02Z',
        },
      ],
    },
    {
      unique_id: 'test.shop.not_null_b_id.abc',
      status: 'fail',
      failures: 3,
      execution_time: 0.1,
      thread_id: 'Thread-1',
      timing: [],
      message: 'Got 3',
    },
    { unique_id: 'model.shop.gone', status: 'skipped', timing: [], execution_time: 0 },
  ],
});

/** Runs a data file as the page would. */
function dataOf<T>(files: readonly SiteFile[], key: string): T {
  const file = files.find(({ path }) => new RegExp(`^data/${key}-[0-9a-f]{10}\\.js$`).test(path));
  let found: unknown;
  const context = createContext({
    tsdbt: (name: string, data: unknown) => {
      expect(name).toBe(key);
      found = JSON.parse(JSON.stringify(data));
    },
  });
  runInContext(file?.contents ?? '', context);
  return found as T;
}

describe('generateSite', () => {
  const files = generateSite(
    {
      manifest,
      catalog,
      runResults: run('2026-11-23T07:00:00Z', 'success'),
      history: [run('2026-11-22T07:00:00Z', 'error')],
    },
    { assets, now },
  );
  const boot = dataOf<BootWire>(files, 'boot');
  const details = dataOf<readonly DetailWire[]>(files, 'm0');

  it('writes one page, hashed assets and data, and nothing twice', () => {
    const paths = files.map((file) => file.path);
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.at(-1)).toBe('index.html');
    const page = files.at(-1)!.contents;
    for (const kind of ['app-', 'style-', 'boot-'])
      expect(page).toContain(paths.find((path) => path.includes(kind)));
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/https?:(?!\/\/www\.w3\.org)/);
  });

  it('is pure: the same input gives the same bytes', () => {
    const again = (): readonly SiteFile[] => generateSite({ manifest, catalog }, { assets, now });
    expect(again()).toEqual(again());
  });

  it('lists lineage nodes first, then macros of the project, then tests', () => {
    expect(boot.nodes.name).toEqual(['b', 'a', 'm', 'not_null_b_id']);
    expect(boot.drawn).toBe(2);
    expect(boot.nodes.parents).toEqual([[1], [], [], [0]]);
    expect(boot.x).toHaveLength(2);
  });

  it('joins the catalog without regard to case, in table order', () => {
    expect(
      details[0]!.columns!.map((column) => [column.name, column.type, column.pii, column.missing]),
    ).toEqual([
      ['ID', 'BIGINT', undefined, undefined],
      ['extra', 'DATE', undefined, undefined],
      ['__proto__', undefined, true, true],
      ['gone', undefined, undefined, true],
    ]);
    expect(details[0]!.columns![0]!.tests).toEqual([3]);
  });

  it('carries expectations, landing, results and history', () => {
    expect(details[0]!.expectations).toEqual([
      { name: 'positive', rule: 'x > 0', onViolation: 'quarantine', message: '' },
      {
        name: 'once',
        rule: 'unique (id) keep first by t desc',
        onViolation: 'quarantine',
        message: '',
      },
    ]);
    expect(details[1]!.landing).toEqual([
      ['path', 'landing/a/*.csv'],
      ['format', 'csv'],
    ]);
    expect(boot.nodes.rows).toEqual([7, -1, -1, 3]);
    expect(boot.nodes.ms[0]).toBe(1500);
    expect(boot.run?.counts).toEqual([
      ['fail', 1],
      ['success', 1],
      ['skipped', 1],
    ]);
    expect(details[0]!.history?.map((point) => point.status)).toEqual(['error', 'success']);
    expect(details[2]!.macro?.usedBy).toEqual([0]);
  });

  it('says of functions what they take and give, and draws them', () => {
    const net = {
      resource_type: 'function',
      name: 'net',
      arguments: [{ name: 'price', data_type: 'double', description: 'with tax' }],
      returns: { data_type: 'integer' },
    };
    const functions = { 'function.shop.net': net };
    const site = generateSite({ manifest: { ...manifest, functions } }, { assets, now });
    const { nodes, drawn } = dataOf<BootWire>(site, 'boot');
    const at = nodes.name.indexOf('net');
    expect(at).toBeLessThan(drawn);
    const { signature } = dataOf<readonly DetailWire[]>(site, 'm0')[at]!;
    expect(signature?.returns).toBe('integer');
    expect(signature?.arguments).toMatchObject([{ name: 'price', type: 'double' }]);
  });

  it('indexes columns and descriptions', () => {
    const search = dataOf<SearchWire>(files, 'search');
    expect(search.descriptions[0]).toBe('All b.');
    expect(search.columns).toContain('__proto__');
  });

  it('does without catalog and results', () => {
    const bare = generateSite({ manifest }, { assets, now, title: '<My> docs' });
    expect(bare.some((file) => file.path.includes('runs'))).toBe(false);
    expect(bare.at(-1)!.contents).toContain('<title>&lt;My&gt; docs</title>');
  });

  it('refuses what is no manifest', () => {
    for (const wrong of [{}, null, 'x', []]) {
      expect(() => generateSite({ manifest: wrong }, { assets, now })).toThrow(
        expect.objectContaining({ name: 'artifact-not-found' }),
      );
    }
  });

  it('keeps script ends and line separators out of data files', () => {
    const nasty = generateSite(
      {
        manifest: {
          metadata: {},
          nodes: {
            'model.x.</script>': {
              name: '</script>\u2028',
              resource_type: 'model',
              description: '<!-- \u2029',
            },
          },
        },
      },
      { assets, now },
    );
    for (const file of nasty.filter(({ path }) => path.startsWith('data/')))
      expect(file.contents).not.toMatch(/[<\u2028\u2029]/);
  });
});
