import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

const projects: ProjectFixture[] = [];
afterEach(() => {
  for (const project of projects.splice(0)) project.remove();
});

function make(files: ProjectFiles): ProjectFixture {
  const project = projectFixture({
    'dbt_project.yml': 'name: shop\nprofile: shop\n',
    'profiles.yml':
      'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 1}}}\n',
    ...files,
  });
  projects.push(project);
  return project;
}

const run = async (project: ProjectFixture, ...args: readonly string[]) =>
  await runTsdbt(args, { cwd: project.root });
const query = async (project: ProjectFixture, sql: string) =>
  await queryDatabase(join(project.root, 'shop.duckdb'), sql);

/** What became of each node: status, rows, failures. */
function results(project: ProjectFixture) {
  const { results } = JSON.parse(
    readFileSync(join(project.root, 'target/run_results.json'), 'utf8'),
  ) as {
    results: {
      unique_id: string;
      status: string;
      failures: number | null;
      adapter_response: { rows_affected?: number };
      relation_name: string | null;
    }[];
  };
  return results
    .map((r) => [
      r.unique_id,
      r.status,
      r.failures,
      // A seed says how many rows its file has; the plan counts what it wrote.
      r.adapter_response.rows_affected ?? null,
      r.relation_name,
    ])
    .sort();
}

/** Rows, columns and comments of everything that is in the database. */
async function contents(project: ProjectFixture) {
  const relations = await query(
    project,
    `select table_name as name from information_schema.tables where table_schema <> '_tsdbt' order by 1`,
  );
  const found: Record<string, unknown> = {};
  for (const { name } of relations) {
    const times =
      String(name) === 'history'
        ? `exclude (dbt_scd_id, dbt_updated_at, dbt_valid_from) replace (dbt_valid_to is null as dbt_valid_to)`
        : '';
    found[String(name)] = [
      await query(project, `select column_name, column_type from (describe "${name}")`),
      await query(project, `select * ${times} from "${name}" order by all`),
    ];
  }
  found['comments'] = await query(
    project,
    'select table_name, comment from duckdb_tables() where comment is not null order by all',
  );
  return found;
}

const seed = 'id,name,day,amount\n1,a,2024-01-01,1.5\n2,b,2024-01-02,2.5\n3,,2024-01-03,\n';

const shop: ProjectFiles = {
  'seeds/raw.csv': seed,
  'models/stage.sql': "{{ config(materialized='view') }}\nselect * from {{ ref('raw') }}",
  'models/whole.sql':
    "{{ config(materialized='table', pre_hook=\"create table if not exists log (m varchar)\", post_hook=[\"insert into log values ('in')\", {'sql': \"insert into log values ('out')\", 'transaction': false}], persist_docs={'relation': true}) }}\nselect * from {{ ref('stage') }}",
  'models/by_key.sql':
    "{{ config(materialized='incremental', unique_key='id') }}\nselect id, name, {{ is_incremental() }} as later from {{ ref('stage') }}",
  'models/by_keys.sql':
    "{{ config(materialized='incremental', unique_key=['id', 'name'], incremental_strategy='delete+insert') }}\nselect id, name from {{ ref('stage') }}",
  'models/merged.sql':
    "{{ config(materialized='incremental', unique_key='id', incremental_strategy='merge', on_schema_change='append_new_columns') }}\nselect id, name {{ ', 7 as extra' if is_incremental() }} from {{ ref('stage') }}",
  'models/added.sql':
    "{{ config(materialized='incremental', incremental_strategy='append') }}\nselect id from {{ ref('stage') }}",
  'models/synced.sql':
    "{{ config(materialized='incremental', unique_key='id', on_schema_change='sync_all_columns') }}\nselect id, {{ \"'1' as other\" if is_incremental() else '1 as gone' }} from {{ ref('stage') }}",
  'models/promised.sql':
    "{{ config(materialized='table', contract={'enforced': true}) }}\nselect id, name from {{ ref('stage') }}",
  'models/models.yml': `
models:
  - name: whole
    description: "it's whole"
  - name: promised
    columns:
      - {name: id, data_type: integer, constraints: [{type: not_null}], data_tests: [unique]}
      - {name: name, data_type: varchar, data_tests: [not_null]}
`,
  'snapshots/history.sql':
    "{% snapshot history %}{{ config(unique_key='id', strategy='check', check_cols='all', hard_deletes='new_record') }}\nselect * from {{ ref('stage') }}\n{% endsnapshot %}",
};

/** Overrides that do what the built-in macros do: everything then runs through macros. */
const overrides: ProjectFiles = {
  'macros/overrides.sql': `
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) %}
  {{ return(dbt_duckdb.duckdb__create_table_as(temporary, relation, compiled_code, language, partitioned_by, sorted_by)) }}
{% endmacro %}
{% macro create_view_as(relation, sql) %}{{ return(adapter.dispatch('create_view_as', 'dbt')(relation, sql)) }}{% endmacro %}
{% macro get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) %}{{ return(dbt.default__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit)) }}{% endmacro %}
{% macro load_csv_rows(model, agate_table) %}{{ return(default__load_csv_rows(model, agate_table)) }}{% endmacro %}
`,
};

describe('a node is built alike by its plan and by the macros of its materialization', () => {
  test('tables, views, incremental models, seeds, snapshots, contracts, tests: twice, with changes', async () => {
    const planned = make(shop);
    const throughMacros = make({ ...shop, ...overrides });
    const plan = await run(throughMacros, 'plan', '--output', 'json');
    const { nodes } = JSON.parse(plan.stdout) as {
      nodes: { unique_id: string; deferred: string | null }[];
    };
    expect(nodes.filter(({ deferred }) => !deferred?.startsWith('runs through the macro'))).toEqual(
      [],
    );
    for (const changed of [
      seed,
      `${seed.replace('2,b', '2,bb').replace(/1,a.*\n/, '')}4,d,2024-01-04,4\n`,
    ]) {
      for (const project of [planned, throughMacros]) {
        project.write({ 'seeds/raw.csv': changed });
        const { stdout, stderr } = await run(project, 'build');
        expect(stderr, stdout).toBe('');
      }
      expect(results(throughMacros)).toEqual(results(planned));
      expect(await contents(throughMacros)).toEqual(await contents(planned));
    }
    for (const project of [planned, throughMacros]) await run(project, 'build', '--full-refresh');
    expect(await contents(throughMacros)).toEqual(await contents(planned));
  });

  test('what fails leaves the old table, in both', async () => {
    for (const files of [{}, overrides]) {
      const project = make({
        ...files,
        'models/t.sql':
          "{{ config(materialized='table', post_hook='insert into {{ this }} values (2)') }}\nselect 1 as a",
      });
      await run(project, 'run');
      project.write({
        'models/t.sql':
          "{{ config(materialized='table', post_hook='select 1/0 as') }}\nselect 5 as a",
      });
      const failed = await run(project, 'run');
      expect(failed.exitCode).toBe(1);
      expect(await query(project, 'select * from t order by 1')).toEqual([{ a: 1 }, { a: 2 }]);
      expect(
        await query(
          project,
          "select table_name from information_schema.tables where table_schema = 'main'",
        ),
      ).toEqual([{ table_name: 't' }]);
    }
  });
});

describe('materializations of a project', () => {
  const custom = `
{% materialization doubled, default %}
  {%- set target = this.incorporate(type='table') -%}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ drop_relation_if_exists(load_cached_relation(this)) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% call statement('main') %}
    create table {{ target }} as {{ sql }} union all {{ sql }}
  {% endcall %}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ adapter.commit() }}
  {{ return({'relations': [target]}) }}
{% endmaterialization %}`;

  test('are run, and the relations they return are known to what comes after', async () => {
    const project = make({
      'macros/doubled.sql': custom,
      'models/a.sql': "{{ config(materialized='doubled') }}\nselect 1 as x",
      'models/b.sql':
        "select '{{ load_relation(ref('a')).type }}' as kind, count(*) as n from {{ ref('a') }}",
    });
    const first = await run(project, 'run');
    expect(first.stderr).toBe('');
    expect(await query(project, 'select * from b')).toEqual([{ kind: 'table', n: '2' }]);
    expect(results(project)[0]!.slice(1, 4)).toEqual(['success', null, 2]);
    expect((await run(project, 'run')).exitCode).toBe(0);
  });

  test('what they leave uncommitted is rolled back, as in dbt', async () => {
    const project = make({
      'macros/doubled.sql': custom.replace('{{ adapter.commit() }}', ''),
      'models/a.sql': "{{ config(materialized='doubled') }}\nselect 1 as x",
    });
    expect((await run(project, 'run')).exitCode).toBe(0);
    expect(
      await query(project, "select 1 from information_schema.tables where table_name = 'a'"),
    ).toEqual([]);
  });

  test.each([
    ['no relations', custom.replace("{{ return({'relations': [target]}) }}", ''), 'TS5030'],
    ['no main statement', custom.replace("statement('main')", "statement('other')"), 'TS5031'],
  ])('an error says so where there are %s', async (_name, macro, code) => {
    const project = make({
      'macros/doubled.sql': macro,
      'models/a.sql': "{{ config(materialized='doubled') }}\nselect 1 as x",
    });
    const failed = await run(project, 'run');
    expect(failed.exitCode).toBe(1);
    expect(failed.output).toContain(code);
  });

  test('one of the name of a built-in one wins; with the adapter before default', async () => {
    const named = (text: string, kind: string) =>
      custom
        .replace('doubled, default', `view, ${kind}`)
        .replace(/union all \{\{ sql \}\}/, `union all select '${text}'`);
    const project = make({
      'macros/a.sql': named('default', 'default'),
      'macros/b.sql': named('adapter', "adapter='duckdb'"),
      'models/a.sql': "select 'x' as x",
    });
    expect((await run(project, 'run')).stderr).toBe('');
    expect(await query(project, 'select * from a order by 1')).toEqual([
      { x: 'adapter' },
      { x: 'x' },
    ]);
  });

  test('a package replaces a built-in one only where the project allows it', async () => {
    const files = {
      'dbt_packages/p/dbt_project.yml': 'name: p\n',
      'dbt_packages/p/macros/a.sql': custom.replace('doubled, default', 'view, default'),
      'packages.yml': 'packages: [{local: p}]\n',
      'models/a.sql': 'select 1 as x',
    };
    const count = async (project: ProjectFixture, warning = /^$/) => {
      expect((await run(project, 'run')).stderr).toMatch(warning);
      return await query(project, 'select count(*)::int as n from a');
    };
    expect(await count(make(files))).toEqual([{ n: 1 }]);
    const flag =
      'flags: {require_explicit_package_overrides_for_builtin_materializations: false}\n';
    const project = make({ ...files, 'dbt_project.yml': `name: shop\nprofile: shop\n${flag}` });
    const warning = /^Warning: The package "p" replaces the built-in materialization "view"[^\n]*$/;
    expect(await count(project, warning)).toEqual([{ n: 2 }]);
  });
});

describe('overrides of single macros', () => {
  test('take effect on models of the project', async () => {
    const project = make({
      'macros/o.sql':
        "{% macro get_incremental_twice_sql(arg_dict) %}insert into {{ arg_dict['target_relation'] }} select * from {{ arg_dict['temp_relation'] }} union all select * from {{ arg_dict['temp_relation'] }}{% endmacro %}",
      'models/a.sql':
        "{{ config(materialized='incremental', incremental_strategy='twice') }}\nselect 1 as x",
    });
    await run(project, 'run');
    expect((await run(project, 'run')).stderr).toBe('');
    expect(await query(project, 'select count(*)::int as n from a')).toEqual([{ n: 3 }]);
  });

  test('settings that only macros know: merge clauses, indexes, headers', async () => {
    const project = make({
      'models/a.sql': `{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id',
        indexes=[{'columns': ['id'], 'unique': true}], sql_header='set variable v = 4;',
        merge_clauses={'when_matched': [{'action': 'update', 'mode': 'explicit', 'update': {'include': ['n'], 'set_expressions': {'n': 'DBT_INTERNAL_DEST.n + DBT_INTERNAL_SOURCE.n'}}}], 'when_not_matched': [{'action': 'insert', 'mode': 'by_name'}]}) }}
select unnest([1, {{ 2 if is_incremental() else 1 }}]) as id, getvariable('v') as n limit {{ 2 if is_incremental() else 1 }}`,
    });
    expect((await run(project, 'run')).stderr).toBe('');
    expect((await run(project, 'run')).stderr).toBe('');
    expect(await query(project, 'select * from a order by 1')).toEqual([
      { id: 1, n: 8 },
      { id: 2, n: 4 },
    ]);
    expect(await query(project, 'select is_unique, table_name from duckdb_indexes()')).toEqual([
      { is_unique: true, table_name: 'a' },
    ]);
  });
});

describe('models that are files or functions', () => {
  test('external models are written beside their place and read back through a view', async () => {
    const project = make({
      'models/as_csv.sql':
        "{{ config(materialized='external', location=env_var('OUT') ~ '/a.csv', delimiter='|') }}\nselect 1 as x, 'a' as y",
      'models/as_parquet.sql':
        "{{ config(materialized='external', location=env_var('OUT') ~ '/a.parquet', options={'compression': 'zstd'}) }}\nselect * from {{ ref('as_csv') }}",
      'models/as_json.sql':
        "{{ config(materialized='external', location=env_var('OUT') ~ '/a.json') }}\nselect * from {{ ref('as_csv') }}",
      'models/nothing.sql':
        "{{ config(materialized='external', location=env_var('OUT') ~ '/n.parquet') }}\nselect * from {{ ref('as_csv') }} where x > 5",
      'models/parted.sql':
        "{{ config(materialized='external', location=env_var('OUT') ~ '/parts', options={'partition_by': 'x', 'overwrite': true}) }}\nselect unnest([1, 2]) as x, 'a' as y",
    });
    const out = join(project.root, 'files');
    project.write({ 'files/keep': '' });
    for (let i = 0; i < 2; i++) {
      const done = await runTsdbt(['run'], { cwd: project.root, env: { OUT: out } });
      expect(done.stderr).toBe('');
    }
    expect(readdirSync(out).sort()).toEqual([
      'a.csv',
      'a.json',
      'a.parquet',
      'keep',
      'n.parquet',
      'parts',
    ]);
    expect(readFileSync(join(out, 'a.csv'), 'utf8')).toBe('x|y\n1|a\n');
    for (const name of ['as_csv', 'as_parquet', 'as_json'])
      expect(await query(project, `select x::int as x, y from ${name}`)).toEqual([
        { x: 1, y: 'a' },
      ]);
    expect(await query(project, 'select * from nothing')).toEqual([]);
    expect(await query(project, 'select x::int as x, y from parted order by 1')).toEqual([
      { x: 1, y: 'a' },
      { x: 2, y: 'a' },
    ]);
    expect(existsSync(join(out, 'parts', 'x=1'))).toBe(true);
    expect(
      await query(
        project,
        "select table_name from information_schema.tables where table_type <> 'VIEW' and table_schema = 'main'",
      ),
    ).toEqual([]);
  });

  test('table functions take parameters; materialized views are tables', async () => {
    const project = make({
      'models/f.sql':
        "{{ config(materialized='table_function', parameters=['n']) }}\nselect unnest(range(n)) as i",
      'models/m.sql':
        "{{ config(materialized='materialized_view') }}\nselect * from {{ ref('f') }}(3)",
    });
    expect((await run(project, 'run')).stderr).toBe('');
    expect(await query(project, 'select count(*)::int as n from m')).toEqual([{ n: 3 }]);
    expect((await run(project, 'run')).stderr).toBe('');
  });

  test('views of external models that are not run come from their files', async () => {
    const project = make({
      'profiles.yml':
        'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, external_root: "{{ env_var(\'OUT\') }}"}}}\n',
      'dbt_project.yml':
        'name: shop\nprofile: shop\non-run-start: ["{{ register_upstream_external_models() }}"]\n',
      'models/a.sql': "{{ config(materialized='external', format='csv') }}\nselect 1 as x",
      'models/b.sql': "{{ config(materialized='table') }}\nselect * from {{ ref('a') }}",
    });
    const env = { OUT: project.root };
    expect((await runTsdbt(['run'], { cwd: project.root, env })).stderr).toBe('');
    rmSync(join(project.root, 'shop.duckdb'));
    const again = await runTsdbt(['run', '-s', 'b'], { cwd: project.root, env });
    expect(again.output).toContain('PASS=2');
    expect(await query(project, 'select x::int as x from b')).toEqual([{ x: 1 }]);
  });

  test('sources can be files: external_location with the fields of the source', async () => {
    const project = make({
      'models/s.yml': `
sources:
  - name: lake
    meta: {external_location: "{folder}/{name}.csv", folder: "{{ env_var('OUT') }}"}
    tables:
      - name: orders
      - name: numbers
        config: {meta: {external_location: "range(%(top)s) as numbers(i)", formatter: oldstyle, top: 3}}
      - name: lost
        config: {meta: {external_location: "{nowhere}.csv"}}
`,
      'models/a.sql':
        "select x, i from {{ source('lake', 'orders') }} join {{ source('lake', 'numbers') }} on x = i",
      'models/b.sql': "select * from {{ source('lake', 'lost') }}",
      'orders.csv': 'x\n1\n7\n',
    });
    const { output } = await runTsdbt(['run'], { cwd: project.root, env: { OUT: project.root } });
    expect(output).toContain('external_location of source lake.lost names "nowhere"');
    expect(await query(project, 'select x::int as x, i::int as i from a')).toEqual([
      { x: 1, i: 1 },
    ]);
    const { sources } = JSON.parse(
      readFileSync(join(project.root, 'target/manifest.json'), 'utf8'),
    ) as { readonly sources: Readonly<Record<string, { readonly relation_name: string }>> };
    const nameOf = (table: string) => sources[`source.shop.lake.${table}`]!.relation_name;
    expect(nameOf('orders')).toBe(`'${project.root}/orders.csv'`);
    expect(nameOf('numbers')).toBe('range(3) as numbers(i)');
    expect(nameOf('lost')).toBe('"shop"."lake"."lost"');
  });
});
