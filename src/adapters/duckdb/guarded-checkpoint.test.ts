import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDuckDbAdapter } from './duckdb-adapter.ts';
import { saveBlocks } from './guarded-checkpoint.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsdbt-checkpoint-'));
  path = join(folder, 'shop.duckdb');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A database with a checkpoint behind it and a journal beside it; gives its metadata blocks. */
async function databaseWithJournal(): Promise<readonly number[]> {
  const adapter = createDuckDbAdapter({ path });
  const connection = await adapter.connect();
  await connection.run('create table t as select range as n from range(5000)');
  await adapter.checkpoint(connection);
  await saveBlocks(connection, path);
  const { rows } = await connection.query('select distinct block_id from pragma_metadata_info()');
  await adapter.close();
  return rows.map(([id]) => Number(id));
}

/** What a kill in the middle of the write leaves: the start of a metadata block, then old bytes. */
function tear(blocks: readonly number[]): void {
  const file = openSync(path, 'r+');
  for (const block of blocks) {
    writeSync(file, Buffer.alloc(4096, 0xab), 0, 4096, 12_288 + block * 262_144);
  }
  closeSync(file);
}

async function rows(): Promise<unknown> {
  const adapter = createDuckDbAdapter({ path });
  try {
    const connection = await adapter.connect();
    return (await connection.query('select count(*), sum(n) from t')).rows;
  } finally {
    await adapter.close();
  }
}

const journal = () => existsSync(`${path}-ckptj`);

test.runIf(existsSync('/proc/self/fd'))(
  'a torn checkpoint is put right when the database is opened',
  async () => {
    const blocks = await databaseWithJournal();
    expect(journal()).toBe(true);
    tear(blocks);
    expect(await rows()).toEqual([['5000', '12497500']]);
    expect(journal()).toBe(false);
  },
);

test('without a journal a torn file is an error that names it', async () => {
  const blocks = await databaseWithJournal();
  rmSync(`${path}-ckptj`, { force: true });
  tear(blocks);
  await expect(rows()).rejects.toMatchObject({ name: 'database-open-failed' });
});

test('a journal that is broken itself is not used', async () => {
  const blocks = await databaseWithJournal();
  const file = openSync(`${path}-ckptj`, 'r+');
  writeSync(file, 'x', 200);
  closeSync(file);
  tear(blocks);
  await expect(rows()).rejects.toMatchObject({ name: 'database-open-failed' });
});

test('a sound database is opened as it is, and the journal removed', async () => {
  await databaseWithJournal();
  expect(await rows()).toEqual([['5000', '12497500']]);
  expect(journal()).toBe(false);
});
