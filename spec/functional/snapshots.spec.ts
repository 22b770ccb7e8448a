import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/adapters/adapter.ts';
import { createDuckDbAdapter } from '../../src/adapters/duckdb/duckdb-adapter.ts';
import type { Json } from '../../src/contracts/json.ts';
import { relationKey } from '../../src/contracts/relation.ts';
import { snapshot } from '../../src/materializations/snapshot/snapshot.ts';
import { executeSteps } from '../../src/run/step-runner.ts';

// Four states of a table: a row changes, one goes and comes back changed, one comes and goes, a column
// is added. Expected is what dbt-core 1.11 with dbt-duckdb leaves in each snapshot; `now` is the time
// of a run. Each row is id, v, u, updated at, valid from, valid to, deleted, extra.

const states = [
  "select * from (values (1,'a',timestamp '2026-01-01'),(2,'b',timestamp '2026-01-01'),(3,'c',timestamp '2026-01-01')) t(id,v,u)",
  "select * from (values (1,'a2',timestamp '2026-01-02'),(2,'b',timestamp '2026-01-01'),(4,'d',timestamp '2026-01-02')) t(id,v,u)",
  "select *, 7 as extra from (values (1,'a2',timestamp '2026-01-02'),(2,'b2',timestamp '2026-01-03'),(3,'c3',timestamp '2026-01-03'),(4,'d',timestamp '2026-01-02')) t(id,v,u)",
  "select * from (values (1,'a2',timestamp '2026-01-02'),(2,'b2',timestamp '2026-01-03'),(3,'c3',timestamp '2026-01-03')) t(id,v,u)",
];

const byTime = `
1 a 26-01-01 26-01-01 26-01-01 26-01-02 - -
1 a2 26-01-02 26-01-02 26-01-02 - - -
2 b 26-01-01 26-01-01 26-01-01 26-01-03 - -
2 b2 26-01-03 26-01-03 26-01-03 - - 7
3 c 26-01-01 26-01-01 26-01-01 26-01-03 - -
3 c3 26-01-03 26-01-03 26-01-03 - - 7
4 d 26-01-02 26-01-02 26-01-02 - - -`;
const byTimeInvalidated = `
1 a 26-01-01 26-01-01 26-01-01 26-01-02 - -
1 a2 26-01-02 26-01-02 26-01-02 - - -
2 b 26-01-01 26-01-01 26-01-01 26-01-03 - -
2 b2 26-01-03 26-01-03 26-01-03 - - 7
3 c 26-01-01 26-01-01 26-01-01 now - -
3 c3 26-01-03 26-01-03 26-01-03 - - 7
4 d 26-01-02 26-01-02 26-01-02 now - -`;
const byTimeRecorded = `
1 a 26-01-01 26-01-01 26-01-01 26-01-02 kept -
1 a2 26-01-02 26-01-02 26-01-02 - kept -
2 b 26-01-01 26-01-01 26-01-01 26-01-03 kept -
2 b2 26-01-03 26-01-03 26-01-03 - kept 7
3 c 26-01-01 26-01-01 26-01-01 now kept -
3 c 26-01-01 now now 26-01-03 deleted -
3 c3 26-01-03 26-01-03 26-01-03 - kept 7
4 d 26-01-02 26-01-02 26-01-02 now kept -
4 d 26-01-02 now now - deleted -`;
const byValue = `
1 a 26-01-01 now now now - -
1 a2 26-01-02 now now - - -
2 b 26-01-01 now now now - -
2 b2 26-01-03 now now - - 7
3 c 26-01-01 now now now - -
3 c3 26-01-03 now now - - 7
4 d 26-01-02 now now - - -`;
const byValueRecorded = `
1 a 26-01-01 now now now kept -
1 a2 26-01-02 now now - kept -
2 b 26-01-01 now now now kept -
2 b2 26-01-03 now now - kept 7
3 c 26-01-01 now now now deleted -
3 c 26-01-01 now now now kept -
3 c3 26-01-03 now now - kept 7
4 d 26-01-02 now now - deleted -
4 d 26-01-02 now now now kept -`;
const byAll = `
1 a 26-01-01 now now now - -
1 a2 26-01-02 now now - - 7
1 a2 26-01-02 now now now - -
2 b 26-01-01 now now now - -
2 b2 26-01-03 now now - - 7
3 c 26-01-01 now now now - -
3 c3 26-01-03 now now - - 7
4 d 26-01-02 now now - - 7
4 d 26-01-02 now now now - -`;
const byAllRecorded = `
1 a 26-01-01 now now now kept -
1 a2 26-01-02 now now - kept 7
1 a2 26-01-02 now now now kept -
2 b 26-01-01 now now now kept -
2 b2 26-01-03 now now - kept 7
3 c 26-01-01 now now now deleted -
3 c 26-01-01 now now now kept -
3 c3 26-01-03 now now - kept 7
4 d 26-01-02 now now - deleted -
4 d 26-01-02 now now now kept -
4 d 26-01-02 now now now kept 7`;

const time = { strategy: 'timestamp', unique_key: 'id', updated_at: 'u' };
const value = { strategy: 'check', unique_key: 'id', check_cols: ['v'] };
const all = { strategy: 'check', unique_key: 'id', check_cols: 'all' };
const names = {
  dbt_valid_from: 'vf',
  dbt_valid_to: 'vt',
  dbt_scd_id: 'sid',
  dbt_updated_at: 'ua',
  dbt_is_deleted: 'del',
};

const cases: readonly (readonly [string, Readonly<Record<string, Json>>, string])[] = [
  ['timestamp', time, byTime],
  ['timestamp, ignore', { ...time, hard_deletes: 'ignore' }, byTime],
  ['timestamp, invalidate', { ...time, hard_deletes: 'invalidate' }, byTimeInvalidated],
  [
    'timestamp, invalidate as of old',
    { ...time, invalidate_hard_deletes: true },
    byTimeInvalidated,
  ],
  ['timestamp, new_record', { ...time, hard_deletes: 'new_record' }, byTimeRecorded],
  ['timestamp, list of keys', { ...time, unique_key: ['id'] }, byTime],
  ['timestamp, two keys', { ...time, unique_key: ['id', 'id % 2'] }, byTime],
  ['check with updated_at', { ...value, updated_at: 'u' }, byTime],
  [
    'check with updated_at, invalidate',
    { ...value, updated_at: 'u', hard_deletes: 'invalidate' },
    byTimeInvalidated,
  ],
  [
    'check with updated_at, new_record',
    { ...value, updated_at: 'u', hard_deletes: 'new_record' },
    byTimeRecorded,
  ],
  ['check', value, byValue],
  [
    'check, invalidate',
    { ...value, hard_deletes: 'invalidate' },
    byValue.replace('4 d 26-01-02 now now -', '4 d 26-01-02 now now now'),
  ],
  ['check, new_record', { ...value, hard_deletes: 'new_record' }, byValueRecorded],
  ['check all', all, byAll],
  ['check all, new_record', { ...all, hard_deletes: 'new_record' }, byAllRecorded],
  [
    'an end for rows that are valid',
    { ...time, hard_deletes: 'invalidate', dbt_valid_to_current: "timestamp '9999-12-31'" },
    byTimeInvalidated
      .replace(/ - (-|7)(?= -|\n|$)/g, ' - $1')
      .replace(/(\d\d-\d\d-\d\d) - - /g, '$1 99-12-31 - '),
  ],
  [
    'other names',
    { ...time, hard_deletes: 'new_record', snapshot_meta_column_names: names },
    byTimeRecorded,
  ],
];

const adapter = createDuckDbAdapter({ path: ':memory:' });
let connection: Connection;
beforeAll(async () => {
  connection = await adapter.connect();
});
afterAll(() => adapter.close());

async function take(
  identifier: string,
  compiledSql: string,
  config: Readonly<Record<string, Json>>,
) {
  const target = { database: adapter.database, schema: 'main', identifier };
  const existing = (await adapter.listRelations(connection)).find(
    (relation) => relation.identifier === identifier,
  );
  const columns = await adapter.listColumns(connection, [target]);
  const plan = snapshot.plan({
    nodeId: `snapshot.shop.${identifier}`,
    target,
    existing,
    existingColumns: columns.get(relationKey(target)) ?? [],
    columns: await connection.describe(compiledSql),
    compiledSql,
    config,
    fullRefresh: false,
    rebuildReason: undefined,
    strictKeys: true,
    dialect: adapter.dialect,
    stateSql: [],
    preHooks: [],
    postHooks: [],
    contract: undefined,
    comments: { relation: null, columns: new Map() },
  });
  return await executeSteps(connection, `snapshot.shop.${identifier}`, plan.steps);
}

const day = (value: unknown) =>
  value === null ? '-' : String(value).endsWith('00:00:00') ? String(value).slice(2, 10) : 'now';

describe('four states of a table', () => {
  test.each(cases)('%s', async (name, config, expected) => {
    const table = name.replace(/\W+/g, '_');
    for (const state of states) await take(table, state, config);
    const { columns, rows } = await connection.query(`select * from "${table}"`);
    const found = rows.map((row) => {
      const field = (...wanted: string[]) =>
        row[columns.findIndex((column) => wanted.includes(column.name))] ?? null;
      const deleted = field('dbt_is_deleted', 'del');
      return [
        field('id'),
        field('v'),
        day(field('u')),
        day(field('dbt_updated_at', 'ua')),
        day(field('dbt_valid_from', 'vf')),
        day(field('dbt_valid_to', 'vt')),
        deleted === null ? '-' : deleted === 'True' ? 'deleted' : 'kept',
        field('extra') ?? '-',
      ].join(' ');
    });
    expect(found.sort()).toEqual(expected.trim().split('\n').sort());
  });

  test('ids are those of dbt', async () => {
    const { rows } = await connection.query(
      "select dbt_scd_id = md5('1|2026-01-01 00:00:00'), typeof(dbt_valid_to) from timestamp where id = 1 and v = 'a'",
    );
    expect(rows).toEqual([[true, 'TIMESTAMP']]);
  });

  test('nothing happens when nothing changed', async () => {
    const { rowsAffected } = await take('timestamp', states[3]!, time);
    expect(rowsAffected).toBe(0);
  });
});

describe('what is refused', () => {
  const refused = async (config: Readonly<Record<string, Json>>, sql = states[0]!, table = 'new') =>
    await take(table, sql, config).then(
      () => 'accepted',
      (error: Error) => error.message,
    );

  test.each([
    [{ unique_key: 'id' }, 'needs a strategy'],
    [{ strategy: 'timestmp', unique_key: 'id' }, 'not "timestmp"'],
    [{ strategy: 'timestamp', unique_key: 'id' }, 'needs updated_at'],
    [{ strategy: 'timestamp', updated_at: 'u' }, 'needs a unique_key'],
    [{ strategy: 'check', unique_key: 'id' }, 'needs check_cols'],
    [{ ...time, hard_deletes: 'drop' }, 'hard_deletes must be'],
    [{ ...time, hard_deletes: 'ignore', invalidate_hard_deletes: true }, 'exclude each other'],
  ])('%o', async (config, problem) => {
    expect(await refused(config as Readonly<Record<string, Json>>)).toContain(problem);
  });

  test('a key that comes twice; nothing is written', async () => {
    const twice = `${states[0]} union all ${states[0]}`;
    expect(await refused(time, twice)).toContain('occur more than once');
    expect(await refused(time, twice, 'timestamp')).toBe('accepted');
    const changed = twice.replaceAll('2026-01-01', '2027-01-01');
    expect(await refused(time, changed, 'timestamp')).toContain('occur more than once');
    const { rows } = await connection.query('select count(*) from timestamp');
    expect(rows).toEqual([['7']]);
  });

  test('a table without the columns of a snapshot', async () => {
    await connection.run('create table plain as select 1 as id');
    expect(await refused(time, states[0]!, 'plain')).toContain(
      'lacks the column(s) dbt_scd_id, dbt_updated_at, dbt_valid_from, dbt_valid_to',
    );
    expect(
      await refused({ ...time, hard_deletes: 'new_record' }, states[0]!, 'timestamp'),
    ).toContain('lacks the column(s) dbt_is_deleted');
  });

  test('a view', async () => {
    await connection.run('create view seen as select 1 as id');
    expect(await refused(time, states[0]!, 'seen')).toContain('view seen stands in its place');
  });
});
