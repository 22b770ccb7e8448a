import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;
beforeEach(() => {
  fixture = projectFixture({
    'dbt_project.yml':
      'name: p\nprofile: p\nasset-paths: [assets, not_there]\nmodels: {+persist_docs: {relation: true, columns: true}}\n',
    'profiles.yml': 'p: {target: t, outputs: {t: {type: duckdb, path: p.db, schema: main}}}\n',
    'models/bare.sql': "{{ config(materialized='table', persist_docs={}) }} select 1 as id\n",
    'models/told.sql': "{{ config(materialized='table') }} select 1 as id, 2 as n\n",
    'models/models.yml':
      'models:\n  - name: told\n    description: Of the table.\n    columns: [{name: id, description: Of the column.}, {name: n}]\n' +
      'sources:\n  - name: raw\n    schema: main\n    tables: [{name: told}]\n',
    'assets/logo.txt': 'logo',
  });
});
afterEach(() => fixture.remove());

const call = async (...args: readonly string[]) =>
  await runTsdbt(args, { cwd: fixture.root, env: { DBT_ENV_CUSTOM_ENV_team: 'sales' } });
const artifact = (name: string) =>
  JSON.parse(readFileSync(join(fixture.root, 'target', name), 'utf8'));

describe('docs generate', () => {
  test('catalogs a relation under its model and under the source that names it, with its comments', async () => {
    expect((await call('run')).exitCode).toBe(0);
    expect((await call('docs', 'generate')).exitCode).toBe(0);
    const catalog = artifact('catalog.json');
    const told = catalog.nodes['model.p.told'];
    expect(told.metadata.comment).toBe('Of the table.');
    expect(told.columns.id.comment).toBe('Of the column.');
    expect(told.columns.n.comment).toBe(null);
    expect(catalog.nodes['model.p.bare'].metadata.comment).toBe(null);
    expect(catalog.sources['source.p.raw.told']).toEqual({
      ...told,
      unique_id: 'source.p.raw.told',
    });
  });

  test('takes the folders of asset-paths along, in place of older copies', async () => {
    fixture.write({ 'target/assets/old.txt': 'old' });
    expect((await call('docs', 'generate')).exitCode).toBe(0);
    expect(readFileSync(join(fixture.root, 'target/assets/logo.txt'), 'utf8')).toBe('logo');
    expect(existsSync(join(fixture.root, 'target/assets/old.txt'))).toBe(false);
    expect(existsSync(join(fixture.root, 'target/not_there'))).toBe(false);
  });

  test.each(['../p', '.', 'target'])('refuses the asset path %s', async (path) => {
    fixture.write({ 'dbt_project.yml': `name: p\nprofile: p\nasset-paths: ['${path}']\n` });
    const refused = await call('docs', 'generate');
    expect(refused.exitCode).toBe(2);
    expect(refused.output).toContain(`TS1014`);
  });

  test('--no-compile leaves the manifest of an earlier command as it is', async () => {
    await call('compile');
    const before = artifact('manifest.json');
    expect(before.nodes['model.p.told'].compiled).toBe(true);
    expect((await call('docs', 'generate', '--no-compile')).exitCode).toBe(0);
    expect(artifact('manifest.json')).toEqual(before);
  });
});

test('a described column that is not there keeps nothing from being built, and is told of', async () => {
  fixture.write({
    'models/incr.sql': "{{ config(materialized='incremental') }} select 1 as id",
    'models/incr.yml':
      'models: [{name: incr, columns: [{name: ID, description: There.}, {name: gone, description: Not there.}]}]\n',
    'seeds/given.csv': 'id\n1\n',
    'seeds/given.yml':
      'seeds: [{name: given, config: {persist_docs: {columns: true}}, columns: [{name: id, description: Given.}, {name: lost, description: Lost.}]}]\n',
  });
  const first = await call('build');
  expect(first.exitCode, first.output).toBe(0);
  expect(first.output).toContain('described but are not in the database: gone');
  expect(first.output).toContain('described but are not in the database: lost');
  expect((await call('run', '-s', 'incr')).exitCode).toBe(0);
  await call('docs', 'generate');
  const { nodes } = artifact('catalog.json');
  expect(nodes['model.p.incr'].columns.id.comment).toBe('There.');
  expect(nodes['seed.p.given'].columns.id.comment).toBe('Given.');
});

test('the description of a quoted column is for a column of exactly that case', async () => {
  fixture.write({
    'models/c.sql': 'select 1 as "Id", 2 as "Other"',
    'models/c.yml':
      'models: [{name: c, columns: [{name: id, quote: true, description: No.}, {name: Other, quote: true, description: Yes.}]}]\n',
  });
  expect((await call('run', '-s', 'c')).output).toContain('not in the database: id');
  await call('docs', 'generate');
  const { columns } = artifact('catalog.json').nodes['model.p.c'];
  expect([columns.Id.comment, columns.Other.comment]).toEqual([null, 'Yes.']);
});

test('the metadata of artifacts carries the variables of DBT_ENV_CUSTOM_ENV_', async () => {
  await call('build');
  await call('docs', 'generate');
  for (const name of ['manifest.json', 'run_results.json', 'catalog.json'])
    expect(artifact(name).metadata.env).toEqual({ team: 'sales' });
});
