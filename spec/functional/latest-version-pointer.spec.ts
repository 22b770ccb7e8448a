import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let fixture: ProjectFixture;

const versioned = (config: string, latest = 2) =>
  `models: [{name: dim, latest_version: ${latest}, config: ${config}, versions: [{v: 1}, {v: 2}]}]\n`;

const project: ProjectFiles = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml':
    'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, schema: main}}}\n',
  'models/dim_v1.sql': 'select 1 as id',
  'models/dim_v2.sql': 'select 2 as id',
};

beforeEach(() => {
  fixture = projectFixture(project);
});
afterEach(() => fixture.remove());

const run = (...args: readonly string[]) => runTsdbt(args, { cwd: fixture.root });

async function ok(...args: readonly string[]): Promise<string> {
  const { exitCode, output } = await run(...args);
  expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
  return output;
}

const query = (sql: string) => queryDatabase(join(fixture.root, 'shop.duckdb'), sql);

async function relations(): Promise<Record<string, string>> {
  const rows = await query(
    "select table_name as name, table_type as type from information_schema.tables where table_schema = 'main'",
  );
  return Object.fromEntries(rows.map(({ name, type }) => [String(name), String(type)]));
}

describe('the view of the latest version', () => {
  test('is made with the latest version, and moves when another one is the latest', async () => {
    fixture.write({
      'models/dim.yml': versioned(
        '{materialized: table, latest_version_pointer: true, post_hook: "insert into {{ this }} values (3)"}',
      ),
    });
    await ok('run', '--select', 'dim.v1');
    expect(await relations()).toEqual({ dim_v1: 'BASE TABLE' });
    expect(await ok('plan', '--select', 'dim.v2')).toContain('create view');
    await ok('run');
    await ok('run');
    expect(await relations()).toEqual({
      dim_v1: 'BASE TABLE',
      dim_v2: 'BASE TABLE',
      dim: 'VIEW',
    });
    expect(await query('from dim order by id')).toEqual([{ id: 2 }, { id: 3 }]);
    fixture.write({
      'models/dim.yml': versioned('{materialized: table, latest_version_pointer: true}', 1),
    });
    await ok('build');
    expect(await query('from dim')).toEqual([{ id: 1 }]);
  });

  test('takes the place of the table that the model was before it had versions', async () => {
    fixture.write({ 'models/dim.sql': "{{ config(materialized='table') }} select 0 as id" });
    await ok('run', '--select', 'dim');
    fixture.remove();
    fixture = projectFixture({ ...project, 'models/dim_v1.sql': 'select 1 as id' });
    fixture.write({
      'models/dim.yml': versioned('{latest_version_pointer: {enabled: true, alias: newest}}'),
    });
    await ok('run');
    expect(await relations()).toEqual({ dim_v1: 'VIEW', dim_v2: 'VIEW', newest: 'VIEW' });
  });

  test('by the flag of the project, unless the model says no', async () => {
    fixture.write({
      'dbt_project.yml':
        'name: shop\nprofile: shop\nflags: {latest_version_pointer_enabled_by_default: true}\n',
      'models/dim.yml': versioned('{}'),
    });
    await ok('run');
    expect(Object.keys(await relations())).toContain('dim');
    fixture.write({ 'models/dim.yml': versioned('{latest_version_pointer: false}') });
    await ok('run');
    // The view is no longer anybody's.
    expect(await ok('prune')).toContain('dim');
    expect(Object.keys(await relations()).sort()).toEqual(['dim_v1', 'dim_v2']);
  });

  test('is named by generate_latest_version_pointer_alias', async () => {
    fixture.write({
      'macros/name.sql': `{% macro generate_latest_version_pointer_alias(custom_alias_name=none, node=none) -%}
  {{ node.name }}_latest
{%- endmacro %}`,
      'models/dim.yml': versioned('{materialized: incremental, latest_version_pointer: true}'),
    });
    await ok('run');
    await ok('run');
    expect((await relations())['dim_latest']).toBe('VIEW');
  });

  test('does not take the place of a node', async () => {
    fixture.write({
      'models/dim.yml': `models:
  - name: dim
    config: {latest_version_pointer: true}
    versions: [{v: 1, config: {alias: dim}}, {v: 2}]
`,
    });
    const { exitCode, output } = await run('run');
    expect(exitCode).toBe(1);
    expect(output).toContain('models/dim.yml TS5064');
    expect(await query('from dim')).toEqual([{ id: 1 }]);
  });
});
