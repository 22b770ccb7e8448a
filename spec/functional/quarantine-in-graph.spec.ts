import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';
import { type LandingProject, landingProject } from '../landing-project.ts';

const lenient =
  "{path: 'landing/{processing_date}/*.csv', format: csv, max_bad_ratio: 1, warn_bad_ratio: 1}";
const bad = {
  'landing/2026-01-01/a.csv': 'id,name\n1,Ada\nx,Bo\n3,Cy\n4,Di\n',
  'landing/2026-01-02/b.csv': 'id,name\ny,Ed\nz,Flo\n7,Gus\n8,Hal\n',
};

let project: LandingProject;
afterEach(() => project.close());

const run = (...args: readonly string[]) => runTsdbt(args, { cwd: project.root });
const manifest = () =>
  JSON.parse(readFileSync(join(project.root, 'target/manifest.json'), 'utf8')) as {
    sources: Record<string, { description: string; columns: Record<string, unknown> }>;
    nodes: Record<string, { depends_on: { nodes: string[] } }>;
    child_map: Record<string, string[]>;
  };

describe('a ref to the quarantine', () => {
  test('is built after its landing model, in models and in tests', async () => {
    project = landingProject({
      landing: lenient,
      files: {
        ...bad,
        'models/rejects.sql':
          "{{ config(materialized='table') }}\nselect file, count(*) as n from {{ ref('raw_feed__quarantine') }} group by file\n",
        'tests/no_lost_line.sql':
          "select * from {{ ref('raw_feed__quarantine') }} where line is null\n",
      },
    });
    const { exitCode, output } = await project.build('--threads', '8');
    expect(exitCode, output).toBe(0);
    expect(await project.rows('select * from rejects order by file')).toEqual([
      'landing/2026-01-01/a.csv 1',
      'landing/2026-01-02/b.csv 2',
    ]);
    const { nodes, child_map: children } = manifest();
    expect(nodes['model.shop.rejects']?.depends_on.nodes).toEqual([
      'source.shop.tsdbt.raw_feed__quarantine',
      'model.shop.raw_feed',
    ]);
    expect(children['model.shop.raw_feed']).toContain('model.shop.rejects');
    expect(children['source.shop.tsdbt.raw_feed__quarantine']).toContain('model.shop.rejects');
    const list = async (select: string) =>
      (await run('ls', '--select', select, '--resource-type', 'model', '--quiet')).stdout.split(
        '\n',
      );
    expect(await list('raw_feed+')).toEqual(['shop.raw_feed', 'shop.rejects', 'shop.report']);
    expect(await list('source:tsdbt.raw_feed__quarantine+')).toEqual(['shop.rejects']);
  });

  test('goes on after partial parses, and an edit of its reader is parsed alone', async () => {
    project = landingProject({
      landing: lenient,
      files: { ...bad, 'models/rejects.sql': "select 1 as one from {{ ref('raw_feed') }}\n" },
    });
    await project.build();
    project.write({
      'models/rejects.sql': "select code from {{ ref('raw_feed__quarantine') }}\n",
    });
    const { exitCode, output } = await project.build();
    expect(exitCode, output).toBe(0);
    expect(await project.rows('select count(*) from rejects')).toEqual(['3']);
    expect((await project.build('--select', 'rejects')).exitCode).toBe(0);
    expect(manifest().nodes['model.shop.rejects']?.depends_on.nodes).toContain(
      'model.shop.raw_feed',
    );
    // Without a landing model there is no quarantine.
    project.write({
      'models/feed.yml': 'models: [{name: raw_feed}]\n',
      'models/raw_feed.sql': 'select 1 as id\n',
    });
    const gone = await project.build();
    expect(gone.exitCode).not.toBe(0);
    expect(gone.output).toContain('raw_feed__quarantine');
    expect(gone.output).toContain('models/rejects.sql:1');
  });

  test('a source call of it waits for the landing model, too', async () => {
    project = landingProject({
      landing: lenient,
      files: {
        ...bad,
        'models/a_rejects.sql':
          "{{ config(materialized='table') }}\nselect * from {{ source('tsdbt', 'raw_feed__quarantine') }}\n",
      },
    });
    const { exitCode, output } = await project.build('--threads', '8');
    expect(exitCode, output).toBe(0);
    expect(await project.rows('select count(*) from a_rejects')).toEqual(['3']);
  });

  test('takes rows of unit tests, apart from those of the model itself', async () => {
    project = landingProject({
      landing: lenient,
      files: {
        ...bad,
        'models/share.sql':
          "select (select count(*) from {{ ref('raw_feed__quarantine') }}) as bad, (select count(*) from {{ ref('raw_feed') }}) as good\n",
        'models/share.yml': `
unit_tests:
  - name: counts_both
    model: share
    given:
      - {input: ref('raw_feed'), rows: [{id: 1}, {id: 2}]}
      - {input: ref('raw_feed__quarantine'), rows: [{code: x}]}
    expect: {rows: [{bad: 1, good: 2}]}
`,
      },
    });
    const { exitCode, output } = await project.build();
    expect(exitCode, output).toBe(0);
    expect(output).toContain('counts_both');
  });

  test('leads to the same circle as a ref to the model', async () => {
    project = landingProject({
      landing: lenient,
      files: {
        'models/rejects.sql': "select * from {{ ref('raw_feed__quarantine') }}\n",
        'models/raw_feed.sql':
          "-- depends_on: {{ ref('rejects') }}\nselect id, name, processing_date, _file, _line from {{ source('landing', 'feed') }}\n",
      },
    });
    const { exitCode, output } = await run('parse');
    expect(exitCode).not.toBe(0);
    expect(output).toMatch(/circle|cycle/i);
  });
});

test('quarantine and ledger are described sources of the manifest and the catalog', async () => {
  project = landingProject({ landing: lenient, files: bad });
  await project.build();
  expect((await run('docs', 'generate')).exitCode).toBe(0);
  const { sources } = manifest();
  const quarantine = sources['source.shop.tsdbt.raw_feed__quarantine'];
  expect(quarantine?.description).toContain('raw_feed');
  expect(Object.keys(quarantine?.columns ?? {})).toEqual(
    await project.rows(
      "select column_name from duckdb_columns() where table_name = 'raw_feed__quarantine' order by column_index",
    ),
  );
  const ledger = sources['source.shop.tsdbt.landing_files'];
  expect(Object.keys(ledger?.columns ?? {})).toEqual(
    await project.rows(
      "select column_name from duckdb_columns() where table_name = 'landing_files' order by column_index",
    ),
  );
  const catalog = JSON.parse(readFileSync(join(project.root, 'target/catalog.json'), 'utf8')) as {
    sources: Record<string, { columns: object }>;
  };
  expect(Object.keys(catalog.sources)).toEqual(
    expect.arrayContaining([
      'source.shop.tsdbt.landing_files',
      'source.shop.tsdbt.raw_feed__quarantine',
    ]),
  );
});

describe('max_quarantine_ratio', () => {
  const withTest = (test: string) =>
    landingProject({ landing: lenient, model: `data_tests: [${test}]`, files: bad });

  test.each([
    ['{max_quarantine_ratio: {arguments: {ratio: 0.375}}}', 0, ''],
    ['{max_quarantine_ratio: {arguments: {ratio: 0.374}}}', 1, 'b.csv'],
    ['{max_quarantine_ratio: {arguments: {ratio: 0.4, per: date}}}', 1, 'b.csv'],
    ['{max_quarantine_ratio: {arguments: {ratio: 0.5, per: date}}}', 0, ''],
    ['{max_quarantine_ratio: {arguments: {ratio: 0.2, per: file}}}', 1, 'a.csv'],
    ['{max_quarantine_ratio: {arguments: {ratio: 0.2}, config: {severity: warn}}}', 0, 'b.csv'],
  ])('%s ends with %d', async (written, expected, shown) => {
    project = withTest(written);
    const { exitCode, output } = await project.build();
    expect(exitCode, output).toBe(expected);
    expect(output).toContain(shown);
    if (shown === 'a.csv') expect(output.indexOf('b.csv')).toBeLessThan(output.indexOf('a.csv'));
  });

  test.each([
    ['{max_quarantine_ratio: {arguments: {ratio: 2}}}', 'from 0 to 1'],
    ['{max_quarantine_ratio: {arguments: {ratio: 0.1, per: week}}}', 'model, date or file'],
    ['{max_quarantine_ratio: {arguments: {ratio: 0.1}, config: {where: "id > 1"}}}', 'where'],
  ])('%s is refused with its place', async (written, problem) => {
    project = withTest(written);
    const { exitCode, output } = await run('parse');
    expect(exitCode).not.toBe(0);
    expect(output).toContain(problem);
    expect(output).toContain('models/feed.yml:');
  });

  test('is for landing models only', async () => {
    project = landingProject({
      files: {
        'models/report.yml':
          'models: [{name: report, data_tests: [{max_quarantine_ratio: {arguments: {ratio: 0.1}}}]}]\n',
      },
    });
    const { output } = await run('parse');
    expect(output).toContain('is for models with materialized: landing');
    expect(output).toContain('models/report.yml:1');
  });
});
