import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture | undefined;
afterEach(() => fixture?.remove());

const python = `import pandas as pd

# dbt.ref('in_a_comment')
def model(dbt, session):
    """dbt.ref("in_a_text")"""
    dbt.config(
        tags=["py"],  # dbt.config(tags=['no'])
        meta={'owner': {'team': 'x'}},
        packages=["numpy==1.2"],
    )
    other = dbt . ref("a").df()
    raw = dbt.source('raw', 't')
    limit = dbt.config.get("limit"); unit = dbt.config.get('unit', 'ms')
    return other
`;

const artifact = (path: string) => JSON.parse(readFileSync(join(fixture!.root, path), 'utf8'));

const project = () =>
  projectFixture({
    'dbt_project.yml': 'name: shop\nversion: "1.0"\nprofile: shop\nmodels: {+tags: [all]}\n',
    'profiles.yml':
      'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: main}}}\n',
    'models/a.sql': 'select 1 as id',
    'models/b.py': python,
    'models/c.sql': "select * from {{ ref('b') }}",
    'models/s.yml': `
sources: [{name: raw, tables: [{name: t}]}]
models:
  - name: b
    description: in Python
    config: {limit: 7}
    columns: [{name: id, data_tests: [not_null]}]
`,
  });

test('a Python model is a node with what its calls say, as in dbt', async () => {
  fixture = project();
  expect(await runTsdbt(['parse'], { cwd: fixture.root })).toMatchObject({ exitCode: 0 });
  const { nodes, child_map: children } = artifact('target/manifest.json');
  expect(nodes['model.shop.b']).toMatchObject({
    language: 'python',
    description: 'in Python',
    raw_code: python.trim(),
    refs: [{ name: 'a', package: null, version: null }],
    sources: [['raw', 't']],
    depends_on: { macros: [], nodes: ['source.shop.raw.t', 'model.shop.a'] },
    config: {
      materialized: 'table',
      tags: ['all', 'py'],
      meta: { owner: { team: 'x' } },
      packages: ['numpy==1.2'],
      limit: 7,
      config_keys_used: ['limit', 'unit'],
      config_keys_defaults: [null, 'ms'],
      meta_keys_used: [],
      meta_keys_defaults: [],
    },
  });
  expect(children['model.shop.b']).toContain('model.shop.c');
});

test('it is not run: that is an error, and what reads it is skipped', async () => {
  fixture = project();
  const { exitCode, stdout } = await runTsdbt(['run'], { cwd: fixture.root });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('TS5052');
  expect(stdout).toContain('--exclude b+');
  const { results } = artifact('target/run_results.json');
  expect(
    results.map((one: { unique_id: string; status: string }) => [one.unique_id, one.status]),
  ).toEqual([
    ['model.shop.a', 'success'],
    ['model.shop.b', 'error'],
    ['model.shop.c', 'skipped'],
  ]);
  expect(await runTsdbt(['run', '--exclude', 'b+'], { cwd: fixture.root })).toMatchObject({
    exitCode: 0,
  });
});

test('compile leaves it out and says so', async () => {
  fixture = project();
  const { exitCode, stderr } = await runTsdbt(['compile'], { cwd: fixture.root });
  expect(exitCode).toBe(0);
  expect(stderr).toContain('Python models are not compiled: models/b.py');
});

test('what is not a literal is an error with its place; an edit is seen', async () => {
  fixture = project();
  fixture.write({ 'models/b.py': python.replace('dbt . ref("a")', 'dbt.ref(name)') });
  const wrong = await runTsdbt(['parse'], { cwd: fixture.root });
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain('models/b.py:11:13 TS2017');
  fixture.write({ 'models/b.py': python.replace('ref("a")', 'ref()') });
  const empty = await runTsdbt(['parse'], { cwd: fixture.root });
  expect(empty.stderr).toContain('models/b.py:11:');
  expect(empty.stderr).toContain('ref()');
  fixture.write({ 'models/b.py': python.replace('ref("a")', "ref('a', v=1)") });
  expect((await runTsdbt(['parse'], { cwd: fixture.root })).stderr).toContain('"a.v1"');
});
