import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt, type TsdbtRun } from '../../src/testing/run-tsdbt.ts';

// What dbt-core 1.11 with dbt-duckdb leaves in the table, for every strategy and kind of batch.
// Each row is id, v, x; `-` is a null key. `!` is a run that dbt fails too.

const first = "select * from (values (1,'a',10),(2,'b',20),(cast(null as int),'n0',0)) t(id,v,x)";

const batches: Readonly<Record<string, string>> = {
  new: "select * from (values (3,'c',30),(4,'d',40)) t(id,v,x)",
  updated: "select * from (values (1,'A',11),(2,'B',22)) t(id,v,x)",
  both: "select * from (values (2,'B',22),(3,'c',30)) t(id,v,x)",
  none: "select * from (values (9,'z',9)) t(id,v,x) where false",
  nulls: "select * from (values (cast(null as int),'n1',1),(5,'e',5)) t(id,v,x)",
  repeated: "select * from (values (1,'A1',1),(1,'A2',2),(7,'g1',1),(7,'g2',2)) t(id,v,x)",
};

const added = {
  new: '-n00 1a10 2b20 3c30 4d40',
  updated: '-n00 1A11 1a10 2B22 2b20',
  both: '-n00 1a10 2B22 2b20 3c30',
  none: '-n00 1a10 2b20',
  nulls: '-n00 -n11 1a10 2b20 5e5',
  repeated: '-n00 1A11 1A22 1a10 2b20 7g11 7g22',
};
const replaced = {
  ...added,
  updated: '-n00 1A11 2B22',
  both: '-n00 1a10 2B22 3c30',
  repeated: '-n00 1A11 1A22 2b20 7g11 7g22',
};
const narrowed = {
  ...replaced,
  updated: '-n00 1A11 2B22 2b20',
  both: '-n00 1a10 2B22 2b20 3c30',
};
/** Several rows of the batch for one of the table: newer versions of DuckDB refuse, ours picks one. */
const anyOf = { repeated: undefined };

const strategies: Readonly<
  Record<string, readonly [string, Readonly<Record<string, string | undefined>>]>
> = {
  append: ["incremental_strategy='append'", added],
  append_key: ["incremental_strategy='append', unique_key='id'", added],
  default_without_key: ['', added],
  default: ["unique_key='id'", replaced],
  delete_insert: ["incremental_strategy='delete+insert', unique_key='id'", replaced],
  underscore: ["incremental_strategy='delete_insert', unique_key='id'", replaced],
  key_in_capitals: ["unique_key='ID'", replaced],
  key_list_of_one: ["unique_key=['id']", replaced],
  key_list: ["unique_key=['id','x']", added],
  key_text_list: ["unique_key='id, x'", added],
  key_expression: ['unique_key="coalesce(id, -1)"', { ...replaced, nulls: '-n11 1a10 2b20 5e5' }],
  predicate: ["unique_key='id', incremental_predicates=['x < 15']", narrowed],
  predicate_alias: ["unique_key='id', predicates=['x < 15']", narrowed],
  predicate_named: [
    "unique_key='id', incremental_predicates=['DBT_INTERNAL_DEST.x < 15']",
    narrowed,
  ],
  predicate_batch: [
    "unique_key='id', incremental_predicates=['DBT_INTERNAL_DEST.x < 15', 'DBT_INTERNAL_SOURCE.x > 0']",
    narrowed,
  ],
  predicate_list_keys: [
    "unique_key=['id'], incremental_predicates=['DBT_INCREMENTAL_TARGET.x < 15']",
    narrowed,
  ],
  merge: ["incremental_strategy='merge', unique_key='id'", { ...replaced, ...anyOf }],
  merge_without_key: ["incremental_strategy='merge'", added],
  merge_list: ["incremental_strategy='merge', unique_key=['id','x']", added],
  merge_update_columns: [
    "incremental_strategy='merge', unique_key='id', merge_update_columns=['V']",
    { ...replaced, updated: '-n00 1A10 2B20', both: '-n00 1a10 2B20 3c30', ...anyOf },
  ],
  merge_exclude_columns: [
    "incremental_strategy='merge', unique_key='id', merge_exclude_columns=['V']",
    { ...replaced, updated: '-n00 1a11 2b22', both: '-n00 1a10 2b22 3c30', ...anyOf },
  ],
  merge_predicate: [
    "incremental_strategy='merge', unique_key='id', incremental_predicates=['DBT_INTERNAL_DEST.x < 15']",
    { ...narrowed, ...anyOf },
  ],
};

function model(config: string, batch: string): string {
  const settings = config === '' ? '' : `, ${config}`;
  return `{{ config(materialized='incremental'${settings}) }}\n{% if is_incremental() %}${batch}{% else %}${first}{% endif %}\n`;
}

describe('what each strategy leaves in the table', () => {
  let project: ProjectFixture;
  let second: TsdbtRun;
  beforeAll(async () => {
    const files: Record<string, string> = { 'dbt_project.yml': 'name: shop\n' };
    for (const [name, [config]] of Object.entries(strategies)) {
      for (const [kind, batch] of Object.entries(batches))
        files[`models/${name}__${kind}.sql`] = model(config, batch);
    }
    project = projectFixture(files);
    await runTsdbt(['run', '-q'], { cwd: project.root });
    second = await runTsdbt(['run'], { cwd: project.root });
  });
  afterAll(() => project.remove());

  test('every run is fine', () => {
    expect(second.output).not.toContain('Error in');
    expect(second.exitCode).toBe(0);
  });

  test.each(Object.keys(strategies))('%s', async (name) => {
    const found: Record<string, string | undefined> = {};
    const expected: Record<string, string | undefined> = {};
    for (const kind of Object.keys(batches)) {
      const wanted = strategies[name]![1][kind];
      if (wanted === undefined) continue;
      expected[kind] = wanted;
      const rows = await queryDatabase(
        join(project.root, 'target', 'shop.duckdb'),
        `select coalesce(id::varchar, '-') || v || x as row from ${name}__${kind} order by 1`,
      );
      found[kind] = rows.map((row) => row['row']).join(' ');
    }
    expect(found).toEqual(expected);
  });

  test('dbt projects are warned of repeated and missing keys', () => {
    expect(second.output).toContain('2 row(s) repeat a merge key (id) within the batch');
    expect(second.output).toContain('1 row(s) have no value for the merge key (id)');
  });
});

describe('what is refused', () => {
  const run = async (config: string) => {
    const project = projectFixture({ 'models/m.sql': model(config, batches['both']!) });
    try {
      await runTsdbt(['run', '-q', '--vars', '{}'], { cwd: project.root });
      return await runTsdbt(['run'], { cwd: project.root });
    } finally {
      project.remove();
    }
  };

  test('an unknown strategy', async () => {
    const { exitCode, output } = await run("incremental_strategy='upsert'");
    expect(exitCode).toBe(1);
    expect(output).toContain('must be append, delete+insert, merge, microbatch, not "upsert"');
  });

  test('an unknown strategy of a dbt project: not before there is a batch to add', async () => {
    const project = projectFixture({
      'dbt_project.yml': 'name: d\nprofile: d\n',
      'profiles.yml': 'd: {target: dev, outputs: {dev: {type: duckdb, path: d.duckdb}}}\n',
      'models/m.sql':
        "{{ config(materialized='incremental', incremental_strategy='by_time') }}select 1 as id",
    });
    try {
      const run = async () => await runTsdbt(['run'], { cwd: project.root });
      expect((await run()).exitCode).toBe(0);
      const { exitCode, output } = await run();
      expect(exitCode).toBe(1);
      expect(output).toContain('must be append, delete+insert, merge, microbatch, not "by_time"');
    } finally {
      project.remove();
    }
  });

  test('an expression as the key of merge', async () => {
    const { exitCode, output } = await run(
      "incremental_strategy='merge', unique_key='coalesce(id, -1)', on_null_key='keep'",
    );
    expect(exitCode).toBe(1);
    expect(output).toContain('must name columns for the strategy merge');
  });

  test('columns to update together with columns not to update', async () => {
    const { exitCode, output } = await run(
      "incremental_strategy='merge', unique_key='id', on_null_key='keep', merge_update_columns=['v'], merge_exclude_columns=['x']",
    );
    expect(exitCode).toBe(1);
    expect(output).toContain('exclude each other');
  });

  test.each([
    [
      "merge_update_columns=['w']",
      /merge_update_columns.*names "w", which the query does not give/,
    ],
    ["merge_update_columns='v'", /merge_update_columns/],
    ['merge_clauses={}', /merge_clauses/],
  ])('merge with %s', async (setting, pattern) => {
    const { exitCode, output } = await run(
      `incremental_strategy='merge', unique_key='id', on_null_key='keep', ${setting}`,
    );
    expect(exitCode).toBe(1);
    expect(output).toMatch(pattern);
  });
});
