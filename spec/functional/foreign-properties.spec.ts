import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture | undefined;
afterEach(() => fixture?.remove());

const models = (description: string) => `
models:
  - name: pk_model
    description: ${description}
    config: {materialized: table, tags: [hot]}
    columns:
      - {name: id, data_tests: [unique]}
`;

async function project() {
  fixture = projectFixture({
    'dbt_project.yml':
      'name: shop\nversion: "1.0"\nprofile: shop\nseeds: {pk: {+enabled: false}}\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    'packages.yml': 'packages: [{local: pk}]\n',
    'models/s.yml': models('told by the project'),
    'models/m.sql': "select * from {{ ref('pk_model') }} cross join {{ ref('exceptions') }}",
    'seeds/exceptions.csv': 'code\n007\n',
    'pk/dbt_project.yml': 'name: pk\nversion: "1.0"\n',
    'pk/models/pk_model.sql': 'select 1 as id',
    'pk/seeds/exceptions.csv': 'code\n1\n',
    'pk/seeds/s.yml': `
seeds:
  - name: exceptions
    description: what is let be
    config: {column_types: {code: varchar}}
    columns: [{name: code, data_tests: [not_null]}]
`,
  });
  expect(await runTsdbt(['deps'], { cwd: fixture.root })).toMatchObject({ exitCode: 0 });
}

test('tests that a project has on a model of a package are attached to nothing, and of no group', async () => {
  await project();
  fixture!.write({
    'dbt_packages/pk/models/s.yml':
      'groups: [{name: g, owner: {name: o}}]\nmodels: [{name: pk_own, config: {group: g}, columns: [{name: id, data_tests: [unique]}]}]\n',
    'dbt_packages/pk/models/pk_own.sql': 'select 1 as id',
  });
  expect(await runTsdbt(['build'], { cwd: fixture!.root })).toMatchObject({ exitCode: 0 });
  const { nodes } = artifact('manifest.json');
  const tests = Object.values(nodes as Record<string, Record<string, unknown>>)
    .filter((node) => node['resource_type'] === 'test')
    .map((node) => [node['name'], node['attached_node'], node['group'], node['depends_on']]);
  expect(tests).toContainEqual([
    'unique_pk_own_id',
    'model.pk.pk_own',
    'g',
    expect.objectContaining({ nodes: ['model.pk.pk_own'] }),
  ]);
  expect(tests).toContainEqual([
    'unique_pk_model_id',
    null,
    null,
    expect.objectContaining({ nodes: ['model.pk.pk_model'] }),
  ]);
});

test('private models of packages are for their group, whatever restrict-access says', async () => {
  await project();
  fixture!.write({
    'dbt_packages/pk/models/s.yml':
      'groups: [{name: g, owner: {name: o}}]\nmodels: [{name: own, config: {access: private, group: g}}]\n',
    'dbt_packages/pk/models/own.sql': 'select 1 as id',
    'models/n.sql': "select * from {{ ref('own') }}",
  });
  const run = await runTsdbt(['parse'], { cwd: fixture!.root });
  expect(run.exitCode).toBe(2);
  expect(run.output).toContain('models/n.sql TS3017');
});

const artifact = (name: string) =>
  JSON.parse(readFileSync(join(fixture!.root, 'target', name), 'utf8'));

test('a project describes and tests a model of a package, a package a seed that the project replaces', async () => {
  await project();
  const { exitCode, stderr } = await runTsdbt(['build'], { cwd: fixture!.root });
  expect(exitCode).toBe(0);
  // The package's test of its seed reads the one of the project, which stands in for it.
  expect(stderr).toMatch(
    /^Warning: test\.pk\.not_null_exceptions_code\.\w+ of the package "pk" depends on seed\.shop\.exceptions .*$/,
  );
  const { nodes, disabled } = artifact('manifest.json');
  expect(disabled['seed.pk.exceptions']).toMatchObject([{ description: '', patch_path: null }]);
  expect(nodes['model.pk.pk_model']).toMatchObject({
    description: 'told by the project',
    patch_path: 'shop://models/s.yml',
    config: { materialized: 'table', tags: ['hot'] },
    primary_key: [],
  });
  expect(nodes['seed.shop.exceptions']).toMatchObject({
    description: 'what is let be',
    patch_path: 'pk://seeds/s.yml',
    config: { column_types: { code: 'varchar' } },
  });
  const tests = Object.values<Record<string, unknown>>(nodes).filter(
    (node) => node['resource_type'] === 'test',
  );
  expect(tests.map((node) => [node['package_name'], node['name'], node['depends_on']])).toEqual([
    ['shop', 'unique_pk_model_id', expect.objectContaining({ nodes: ['model.pk.pk_model'] })],
    [
      'pk',
      'not_null_exceptions_code',
      expect.objectContaining({ nodes: ['seed.shop.exceptions'] }),
    ],
  ]);
  const { stdout } = await runTsdbt(
    ['show', '--inline', "select code from {{ ref('exceptions') }}"],
    { cwd: fixture!.root },
  );
  expect(stdout).toContain('007');
});

test('an edit of such properties is seen by the next command', async () => {
  await project();
  await runTsdbt(['parse'], { cwd: fixture!.root });
  fixture!.write({ 'models/s.yml': models('told anew') });
  await runTsdbt(['parse'], { cwd: fixture!.root });
  const told = () => artifact('manifest.json').nodes['model.pk.pk_model'].description as string;
  expect(told()).toBe('told anew');
  fixture!.write({ 'models/s.yml': 'version: 2\n' });
  await runTsdbt(['parse'], { cwd: fixture!.root });
  expect(told()).toBe('');
});
