import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// All that is expected here is what dbt-core 1.12 writes for the same projects.

let project: ProjectFixture;
afterEach(() => project.remove());

interface Entry {
  readonly config: Readonly<Record<string, unknown>>;
  readonly unrendered_config: unknown;
  readonly depends_on: { readonly macros: readonly string[] };
  readonly columns: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}
type Section = Readonly<Record<string, Entry>>;

async function parse(files: ProjectFiles, before?: string) {
  project = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    ...files,
  });
  if (before !== undefined) await runTsdbt([before], { cwd: project.root });
  const { exitCode, output } = await runTsdbt(['parse'], { cwd: project.root });
  expect(exitCode, output).toBe(0);
  return manifest();
}

const manifest = () =>
  JSON.parse(readFileSync(join(project.root, 'target/manifest.json'), 'utf8')) as {
    nodes: Section;
    sources: Section;
    macros: Section;
    semantic_models: Section;
    selectors: Readonly<Record<string, unknown>>;
    disabled: Readonly<Record<string, readonly Entry[]>>;
  };

test('of the freshness of a model build_after counts alone', async () => {
  const { nodes } = await parse({
    'models/a.sql': 'select 1 as x',
    'models/b.sql': 'select 1 as x',
    'models/c.sql': 'select 1 as x',
    'models/p.yml': `
models:
  - {name: a, config: {freshness: {warn_after: {count: 1, period: day}, build_after: {count: 4, period: hour}}}}
  - {name: b, config: {freshness: {warn_after: {count: 1, period: day}}}}
  - {name: c, config: {freshness: {build_after: {updates_on: all}}}}
`,
  });
  const of = (name: string) => nodes[`model.shop.${name}`]!.config['freshness'];
  expect(of('a')).toEqual({ build_after: { count: 4, period: 'hour', updates_on: 'any' } });
  expect(of('b')).toBeNull();
  expect(of('c')).toEqual({ build_after: { count: null, period: null, updates_on: 'all' } });
});

test('what a call of config() says is unrendered as it is written, where dbt finds it', async () => {
  const { nodes } = await parse({
    'models/upper.sql': '{{ config(mine=True) }}select 1 as x',
    'models/lower.sql': '{{ config(mine=true) }}select 1 as x',
    'models/apart.sql': "{{ config (mine=true, post_hook='select 1') }}select 1 as x",
    'models/py.py': 'def model(dbt, session):\n    return dbt.config.get("mine")\n',
    'models/p.yml': 'models: [{name: py, config: {mine: 1}}]\n',
  });
  const of = (name: string) => nodes[`model.shop.${name}`]!.unrendered_config;
  expect(of('upper')).toEqual({ mine: true });
  expect(of('lower')).toEqual({ mine: 'True' });
  expect(of('apart')).toEqual({ mine: true, 'post-hook': 'select 1' });
  expect(of('py')).toEqual({
    mine: 1,
    materialized: 'table',
    config_keys_used: ['mine'],
    config_keys_defaults: [null],
    meta_keys_used: [],
    meta_keys_defaults: [],
  });
});

test('the line break behind the configuration of a test goes', async () => {
  const { nodes } = await parse({
    'models/a.sql': 'select 1 as x',
    'models/p.yml': `
models:
  - name: a
    columns:
      - name: x
        data_tests:
          - not_null: {name: folded, config: {where: "x > 1\\n", alias: "short\\n"}}
`,
  });
  const [entry] = Object.values(nodes).filter(({ name }) => name === 'folded');
  expect(entry).toMatchObject({ alias: 'short', config: { where: 'x > 1', alias: 'short' } });
  expect(entry!['raw_code']).toContain('config(where="x > 1",alias="short")');
});

test('what is switched off keeps its descriptions as they are written', async () => {
  const { disabled, nodes } = await parse({
    'models/a.sql': 'select 1 as x',
    'models/b.sql': 'select 1 as x',
    'models/d.md': '{% docs d %}told{% enddocs %}',
    'models/p.yml': `
models:
  - name: a
    description: "{{ doc('d') }}"
    config: {enabled: false}
    columns: [{name: x, description: "{{ doc('nowhere') }}"}]
  - name: b
    description: "{{ doc('d') }}"
    data_tests: [{unique: {name: t, column_name: x, description: "{{ doc('d') }}", config: {enabled: false}}}]
sources:
  - {name: s, tables: [{name: t, description: "{{ doc('d') }}", config: {enabled: false}}]}
exposures:
  - {name: e, type: dashboard, owner: {name: x}, description: "{{ doc('d') }}", config: {enabled: false}}
`,
  });
  expect(nodes['model.shop.b']!['description']).toBe('told');
  const of = (id: string) => disabled[id]![0]!;
  const written = { description: "{{ doc('d') }}", doc_blocks: [] };
  expect(of('model.shop.a')).toMatchObject(written);
  expect(of('model.shop.a').columns['x']).toMatchObject({ description: "{{ doc('nowhere') }}" });
  expect(of('source.shop.s.t')).toMatchObject(written);
  expect(of('exposure.shop.e')['description']).toBe("{{ doc('d') }}");
  const tests = Object.keys(disabled).filter((id) => id.startsWith('test.'));
  expect(tests.map((id) => of(id)['description'])).toEqual(["{{ doc('d') }}"]);
});

test('the root project says how sources of packages are quoted, and its hooks count for operations', async () => {
  const { sources, nodes, macros } = await parse(
    {
      'dbt_project.yml':
        'name: shop\nprofile: shop\nsources: {+quoting: {identifier: false}}\nmodels: {shop: {+pre-hook: "{{ noted() }}"}}\non-run-start: "select 1"\n',
      'macros/noted.sql':
        '{% macro noted(what=default_what()) %}select 1{% endmacro %}{% macro default_what() %}{% endmacro %}',
      'packages.yml': 'packages: [{local: zoo}]\n',
      'zoo/dbt_project.yml': 'name: zoo\n',
      'zoo/models/s.yml': 'sources: [{name: s, tables: [{name: t}]}]\n',
    },
    'deps',
  );
  expect(sources['source.zoo.s.t']!.unrendered_config).toMatchObject({
    quoting: { identifier: false },
  });
  expect(nodes['operation.shop.shop-on-run-start-0']!.depends_on.macros).toEqual([
    'macro.shop.noted',
  ]);
  expect(macros['macro.shop.noted']!.depends_on.macros).toEqual(['macro.shop.default_what']);
});

test('a column that is a dimension or an entity has all that there is to say of one', async () => {
  const { nodes, semantic_models: models } = await parse({
    'models/ts.sql': 'select current_date as d',
    'models/a.sql': 'select 1 as id, current_date as d, 2 as c',
    'models/p.yml': `
models:
  - {name: ts, time_spine: {standard_granularity_column: d}, columns: [{name: d, granularity: day}]}
  - name: a
    semantic_model: {enabled: true}
    agg_time_dimension: d
    columns:
      - {name: id, entity: {type: primary, name: a}, description: the id}
      - {name: d, granularity: day, dimension: {type: time, is_partition: true, config: {meta: {b: 1}}}}
      - {name: c, dimension: {type: categorical, label: C, description: own, validity_params: {is_start: true}}}
`,
  });
  expect(models['semantic_model.shop.a']!.unrendered_config).toEqual({});
  const of = (name: string) => nodes['model.shop.a']!.columns[name];
  expect(of('id')).toMatchObject({
    entity: { name: 'a', type: 'primary', description: 'the id', label: null, config: {} },
  });
  expect(of('d')).toMatchObject({
    dimension: {
      ...{ name: 'd', type: 'time', description: '', label: null, is_partition: true },
      ...{ config: { meta: { b: 1 } }, validity_params: null },
    },
  });
  expect(of('c')).toMatchObject({
    dimension: {
      ...{ name: 'c', type: 'categorical', description: 'own', label: 'C', is_partition: false },
      ...{ config: {}, validity_params: { is_start: true, is_end: false } },
    },
  });
});

const selectors = (value: string) => `
selectors:
  - name: one
    description: first
    default: "{{ (target.name == 'dev') | as_bool }}"
    definition: "1+tag:${value}+2"
  - {name: two, definition: {tag: daily}}
  - name: three
    definition:
      union:
        - {method: selector, value: one}
        - "models/+"
        - intersection: [{tag: x}, "@a", {exclude: [b.sql, {method: fqn, value: "*"}]}]
  - {name: four, definition: {method: tag, value: x, parents: true, exclude: [b]}}
`;

test('selectors are in the manifest, written out, also when nothing else has changed', async () => {
  const found = await parse({
    'models/a.sql': 'select 1 as x',
    'selectors.yml': selectors('x'),
  });
  expect(found.selectors).toEqual({
    one: {
      name: 'one',
      description: 'first',
      default: true,
      definition: {
        ...{ method: 'tag', value: 'x', parents: true, parents_depth: '1' },
        ...{ children: true, children_depth: '2' },
      },
    },
    two: { name: 'two', definition: { method: 'tag', value: 'daily' } },
    three: {
      name: 'three',
      definition: {
        union: [
          { method: 'selector', value: 'one' },
          { method: 'path', value: 'models/', children: true },
          {
            intersection: [
              { method: 'tag', value: 'x' },
              { method: 'fqn', value: 'a', childrens_parents: true },
              {
                exclude: [
                  { method: 'file', value: 'b.sql' },
                  { method: 'fqn', value: '*' },
                ],
              },
            ],
          },
        ],
      },
    },
    four: {
      name: 'four',
      definition: { method: 'tag', value: 'x', parents: true, exclude: ['b'] },
    },
  });
  project.write({ 'selectors.yml': selectors('y') });
  expect((await runTsdbt(['parse'], { cwd: project.root })).exitCode).toBe(0);
  expect(manifest().selectors['one']).toMatchObject({ definition: { value: 'y' } });
});
