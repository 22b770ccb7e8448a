import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { readRunResults } from '../../src/testing/run-results.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let project: ProjectFixture;
afterEach(() => project.remove());

const tsdbt = (...args: string[]) => runTsdbt(args, { cwd: project.root });
const rows = (sql: string) => queryDatabase(join(project.root, 'target/shop.duckdb'), sql);
const statuses = () =>
  Object.fromEntries(
    readRunResults(project.root).map((r) => [r.unique_id.split('.')[2]!, r.status]),
  );

/** A materialization of the project's own: built beside its place and swapped in, in one transaction. */
const swapped = (before = '', after = '') => `{% materialization swapped, default %}
  {% set target_relation = this.incorporate(type='table') %}
  {% set existing = load_cached_relation(this) %}
  {% set beside = make_intermediate_relation(target_relation) %}
  {{ drop_relation_if_exists(load_cached_relation(beside)) }}
  ${before}
  {% call statement('main') %}{{ create_table_as(false, beside, sql) }}{% endcall %}
  {% if existing is not none %}{{ adapter.drop_relation(existing) }}{% endif %}
  {{ adapter.rename_relation(beside, target_relation) }}
  {{ adapter.commit() }}
  ${after}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}`;

const facts = (values: string) =>
  `{{ config(materialized='swapped') }} select * from (values ${values}) t(id, amount)`;

const shop = (macro: string, more: ProjectFiles = {}): ProjectFiles => ({
  'macros/swapped.sql': macro,
  'models/facts.sql': facts('(1, 10), (2, 20)'),
  'models/report.sql': "select sum(amount)::int as total from {{ ref('facts') }}",
  'models/p.yml':
    'models:\n- name: facts\n  columns: [{name: id, data_tests: [unique: {name: ids}]}]\n',
  ...more,
});

describe('audits of nodes that run through a macro', () => {
  test('tests run before the only commit, and what fails is not published', async () => {
    project = projectFixture(shop(swapped()));
    const first = await tsdbt('build');
    expect(first.exitCode, first.output).toBe(0);
    expect(first.output).not.toContain('tests run after it is published');
    project.write({ 'models/facts.sql': facts('(1, 1), (1, 2)') });
    const run = await tsdbt('build');
    expect(run.exitCode).toBe(1);
    expect(run.output).toContain(
      'TS5040: model.shop.facts: 1 of 1 test(s) fail on the new content',
    );
    expect(statuses()).toEqual({ facts: 'error', ids: 'fail', report: 'skipped' });
    expect(await rows('select id, amount from facts order by id')).toEqual([
      { id: 1, amount: 10 },
      { id: 2, amount: 20 },
    ]);
    expect(await rows('select id, amount from facts__rejected order by amount')).toEqual([
      { id: 1, amount: 1 },
      { id: 1, amount: 2 },
    ]);
    project.write({ 'models/facts.sql': facts('(3, 30)') });
    expect((await tsdbt('build')).exitCode).toBe(0);
    expect(
      await rows("select table_name from duckdb_tables() where table_name like 'facts%'"),
    ).toEqual([{ table_name: 'facts' }]);
  });

  test.each([
    [
      'changes after the commit',
      swapped(
        '',
        "{% call statement('more') %}insert into {{ target_relation }} values (1, 99){% endcall %}{{ adapter.commit() }}",
      ),
    ],
    [
      'changes outside of the transaction',
      swapped("{% do run_query('create or replace table log as select 1 as x') %}"),
    ],
    [
      'statements that commit by themselves',
      swapped('', '').replace('{{ adapter.commit() }}', "{% do run_query('commit') %}"),
    ],
  ])('%s: the tests run once it is published, as a notice says', async (_, macro) => {
    project = projectFixture(shop(macro));
    const run = await tsdbt('build');
    expect(run.output).toContain('its tests run after it is published');
    const bad = macro.includes('99');
    expect(statuses()).toEqual({
      facts: 'success',
      ids: bad ? 'fail' : 'pass',
      report: bad ? 'skipped' : 'success',
    });
  });

  test('built-in macros that a setting asks for', async () => {
    const indexed = (values: string) =>
      `{{ config(materialized='table', indexes=[{'columns': ['id']}]) }} select * from (values ${values}) t(id, amount)`;
    project = projectFixture(shop('', { 'models/facts.sql': indexed('(1, 10), (2, 20)') }));
    const first = await tsdbt('build');
    expect(first.exitCode, first.output).toBe(0);
    expect(first.output).not.toContain('tests run after it is published');
    project.write({ 'models/facts.sql': indexed('(1, 1), (1, 2)') });
    expect((await tsdbt('build')).output).toContain('TS5040');
    expect(await rows('select count(*)::int as n from facts where amount >= 10')).toEqual([
      { n: 2 },
    ]);
  });
});

describe('--changed for nodes that run through a macro', () => {
  const ran = async () => {
    const run = await tsdbt('build', '--changed', '--explain');
    expect(run.exitCode, run.output).toBe(0);
    return readRunResults(project.root)
      .filter((r) => !r.message?.startsWith('unchanged'))
      .map((r) => r.unique_id.split('.')[2]!)
      .sort();
  };

  test('they are left alone until their query, configuration or a macro changes', async () => {
    project = projectFixture(shop(swapped()));
    expect(await ran()).toEqual(['facts', 'ids', 'report']);
    expect(await ran()).toEqual([]);
    project.write({ 'models/facts.sql': facts('(1, 10), (2, 21)') });
    expect(await ran()).toEqual(['facts', 'ids', 'report']);
    expect(await rows('select total from report')).toEqual([{ total: 31 }]);
    project.write({ 'macros/swapped.sql': swapped('{# other #}') });
    expect(await ran()).toEqual(['facts', 'ids', 'report']);
    expect(await ran()).toEqual([]);
  });

  test('a macro that asks the database, or the clock, makes them run each time', async () => {
    project = projectFixture(shop(swapped("{% do run_query('select 1') %}")));
    await ran();
    expect(await ran()).toContain('facts');
    expect((await tsdbt('build', '--changed', '--explain')).output).toContain(
      'run because it runs through the macro materialization_swapped_default, which says "run_query"',
    );
  });

  test('a macro that a materialization is made of, overridden by the project', async () => {
    const override = (more: string) =>
      `{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) %}create ${more} table {{ relation }} as ({{ compiled_code }}){% endmacro %}`;
    project = projectFixture({
      'macros/o.sql': override(''),
      'models/a.sql': "{{ config(materialized='table') }} select 1 as id",
    });
    expect(await ran()).toEqual(['a']);
    expect(await ran()).toEqual([]);
    project.write({ 'macros/o.sql': override('or replace') });
    expect(await ran()).toEqual(['a']);
  });

  test('what reads a view that a macro made sees what the view reads', async () => {
    project = projectFixture({
      'macros/v.sql': `{% materialization own_view, default %}
  {% call statement('main') %}create or replace view {{ this }} as ({{ sql }}){% endcall %}
  {{ adapter.commit() }}
  {{ return({'relations': [this.incorporate(type='view')]}) }}
{% endmaterialization %}`,
      'models/a.sql': "{{ config(materialized='table') }} select 1 as id",
      'models/b.sql': "{{ config(materialized='own_view') }} select id from {{ ref('a') }}",
      'models/c.sql': "{{ config(materialized='table') }} select id from {{ ref('b') }}",
    });
    await ran();
    project.write({ 'models/a.sql': "{{ config(materialized='table') }} select 2 as id" });
    await tsdbt('build', '--changed', '--select', 'a');
    await tsdbt('build', '--changed', '--select', 'c');
    expect(await rows('select id from c')).toEqual([{ id: 2 }]);
  });
});

describe('merge keys of nodes that run through a macro', () => {
  const incremental = (config: string, values: string) => ({
    'models/m.sql': `{{ config(materialized='incremental', unique_key='id', indexes=[{'columns': ['v']}], ${config}) }} select * from (values ${values}) t(id, v)`,
  });

  test('are checked, with the rows shown', async () => {
    project = projectFixture(incremental('', '(1, 1), (1, 2)'));
    const repeated = await tsdbt('run');
    expect(repeated.exitCode).toBe(1);
    expect(repeated.output).toContain('TS5002');
    project.write(incremental('', '(null::int, 1)'));
    expect((await tsdbt('run')).output).toContain('TS5001');
    project.write(incremental("on_null_key='match'", '(1, 1)'));
    expect((await tsdbt('run')).output).toContain("in model.shop.m can't be match here");
  });

  test('of several rows the latest is taken', async () => {
    project = projectFixture(incremental("on_duplicate_key='latest_by(v)'", '(1, 1), (1, 2)'));
    expect((await tsdbt('run')).exitCode).toBe(0);
    project.write(incremental("on_duplicate_key='latest_by(v)'", '(1, 5), (1, 4), (2, 1)'));
    expect((await tsdbt('run')).exitCode).toBe(0);
    expect(await rows('select id, v from m order by id')).toEqual([
      { id: 1, v: 5 },
      { id: 2, v: 1 },
    ]);
  });

  test('of snapshots', async () => {
    project = projectFixture({
      'models/m.sql':
        "{{ config(materialized='table') }} select * from (values (1, 'a'), (1, 'b')) t(id, v)",
      'snapshots/s.yml':
        "snapshots:\n  - name: s\n    relation: ref('m')\n    config: {strategy: check, check_cols: [v], unique_key: id, indexes: [{columns: [id]}]}\n",
    });
    const run = await tsdbt('build');
    expect(run.output).toContain('TS5002: snapshot.shop.s: 1 merge key value(s) (id)');
  });

  test('with pre-hooks a notice says that they are not', async () => {
    project = projectFixture(incremental("pre_hook='select 1'", '(1, 1), (1, 2)'));
    expect((await tsdbt('run')).output).toContain('its merge keys are not checked');
  });
});
