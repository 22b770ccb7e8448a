import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Adapter } from '../adapter.ts';
import { createDuckDbAdapter } from './duckdb-adapter.ts';

let folder: string;
let adapter: Adapter;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsdbt-duckdb-'));
  adapter = createDuckDbAdapter({ path: join(folder, 'shop.duckdb') });
});

afterEach(async () => {
  await adapter.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('connection', () => {
  test('rows come back as exact JSON values', async () => {
    const connection = await adapter.connect();
    const result = await connection.query(
      `select 9007199254740993 as big, 2.50::decimal(10,2) as money, date '2026-01-28' as day, null as nothing`,
    );
    expect(result.rows).toEqual([['9007199254740993', '2.50', '2026-01-28', null]]);
    expect(result.columns.map((c) => c.type)).toEqual([
      'BIGINT',
      'DECIMAL(10,2)',
      'DATE',
      'INTEGER',
    ]);
  });

  test('create table as reports its rows', async () => {
    const connection = await adapter.connect();
    expect(await connection.run('create table t as select * from range(3)')).toEqual({
      rowsAffected: 3,
    });
    expect(await connection.run('insert into t values (9)')).toEqual({ rowsAffected: 1 });
  });

  test('an error has the line and column in the SQL', async () => {
    const connection = await adapter.connect();
    await expect(connection.run(`select 'é',\n  nope from (select 1 as a)`)).rejects.toMatchObject({
      name: 'sql-failed',
      location: { line: 2, column: 3 },
      message: expect.stringContaining('nope'),
    });
  });

  test('a failed transaction leaves nothing behind', async () => {
    const connection = await adapter.connect();
    await expect(
      connection.transaction(async () => {
        await connection.run('create table half as select 1 as a');
        await connection.run(`select cast('x' as integer)`);
      }),
    ).rejects.toThrow(/Could not convert/);
    expect(await adapter.listRelations(connection)).toEqual([]);
  });

  test('append writes rows into a temporary table in order', async () => {
    const connection = await adapter.connect();
    await connection.run('create temporary table staged (a varchar, n bigint)');
    expect(
      await connection.append('staged', [
        ['x', 1n],
        [null, 2n],
      ]),
    ).toBe(2);
    expect((await connection.query('select * from staged order by rowid')).rows).toEqual([
      ['x', '1'],
      [null, '2'],
    ]);
  });

  test('describe gives columns without running the query', async () => {
    const connection = await adapter.connect();
    expect(await connection.describe(`select 1 as a, 'x' as b`)).toEqual([
      { name: 'a', type: 'INTEGER' },
      { name: 'b', type: 'VARCHAR' },
    ]);
  });
});

describe('database file', () => {
  test('a second adapter of this process on the same file is refused', async () => {
    await adapter.connect();
    const second = createDuckDbAdapter({ path: join(folder, 'shop.duckdb') });
    await expect(second.connect()).rejects.toMatchObject({ name: 'database-locked' });
  });

  test('committed rows survive a guarded checkpoint and a reopen', async () => {
    const connection = await adapter.connect();
    await connection.run('create table t as select * from range(1000)');
    await adapter.checkpoint(connection);
    await connection.run('insert into t select * from range(10)');
    await adapter.close();
    adapter = createDuckDbAdapter({ path: join(folder, 'shop.duckdb') });
    const again = await adapter.connect();
    expect((await again.query('select count(*) from t')).rows).toEqual([['1010']]);
  });
});
