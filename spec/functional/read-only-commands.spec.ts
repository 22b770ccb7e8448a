import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

const files = {
  'project.yml': 'name: shop\n',
  'models/feed.yml': `
sources:
  - name: landing
    freshness: {warn_after: {count: 1, period: day}}
    tables:
      - name: feed
        landing: {path: 'landing/*.csv', format: csv, max_bad_ratio: 1}
        columns: [{name: id, data_type: integer}]
models:
  - name: raw_feed
    config: {materialized: landing}
  - name: report
    columns: [{name: n, data_tests: [not_null]}]
`,
  'models/raw_feed.sql':
    "select id, processing_date, _file, _line from {{ source('landing', 'feed') }}\n",
  'models/report.sql':
    "select count(*) as n, '{{ adapter.get_relation(this.database, this.schema, \"raw_feed\") }}' as r from {{ ref('raw_feed') }}\n",
  'landing/a.csv': 'id\n1\nx\n',
};

const readers: readonly (readonly string[])[] = [
  ['ls'],
  ['show', '--select', 'report'],
  ['show', '--inline', "select * from {{ ref('raw_feed') }}"],
  ['compile'],
  ['plan'],
  ['debug'],
  ['docs', 'generate'],
  ['source', 'freshness'],
  ['quarantine', 'list'],
  ['quarantine', 'show'],
  ['prune', '--dry-run'],
];

/** A process that has the database open, until its standard input ends. */
async function holder(database: string, mode: string, sql = 'select 1') {
  const driver = join(import.meta.dirname, '../../node_modules/@duckdb/node-api/lib/index.js');
  const script = `import { DuckDBInstance } from ${JSON.stringify(driver)};
const instance = await DuckDBInstance.create(${JSON.stringify(database)}, { access_mode: '${mode}', checkpoint_threshold: '1TB' });
const connection = await instance.connect();
if ('${mode}' !== 'READ_ONLY') await connection.run("set auto_checkpoint_skip_wal_threshold = 1000000000000; pragma disable_checkpoint_on_shutdown");
await connection.run(${JSON.stringify(sql)});
console.log('open');
process.stdin.resume().on('end', () => process.kill(process.pid, 'SIGKILL'));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return {
    release: async () => {
      child.stdin.end();
      await ended;
    },
    releaseAfter: (milliseconds: number) => void setTimeout(() => child.stdin.end(), milliseconds),
    ended,
  };
}

function fingerprint(path: string): string {
  if (!existsSync(path)) return 'absent';
  const { mtimeNs, size } = statSync(path, { bigint: true });
  return `${mtimeNs} ${size} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}

describe('commands that only read', () => {
  let fixture: ProjectFixture;
  let database: string;
  const run = (...args: readonly string[]) => runTsdbt(args, { cwd: fixture.root });
  const state = () => ['', '.wal', '-ckptj'].map((end) => fingerprint(`${database}${end}`));

  beforeAll(async () => {
    fixture = projectFixture(files);
    database = join(fixture.root, 'target/shop.duckdb');
    const { exitCode, output } = await run('build');
    expect(exitCode, output).toBe(0);
  });
  afterAll(() => fixture.remove());

  test.each(readers)('leave the database as it is, byte for byte: %s %s', async (...args) => {
    const before = state();
    const { exitCode, output } = await run(...args);
    expect([exitCode, output]).toEqual([0, output]);
    expect(state()).toEqual(before);
  });

  test('run beside others who read, and a build does not', async () => {
    const other = await holder(database, 'READ_ONLY');
    try {
      for (const args of readers) {
        const { exitCode, output } = await run(...args);
        expect([args, exitCode, output]).toEqual([args, 0, output]);
      }
      expect((await run('build')).output).toContain('TS4002');
    } finally {
      await other.release();
    }
  });

  test('read what is in the log of a database whose process was killed, and leave it there', async () => {
    const other = await holder(
      database,
      'AUTOMATIC',
      "insert into raw_feed (id, _file, _line) values (7, 'by hand', 1)",
    );
    await other.release();
    const before = state();
    expect(before[1]).not.toBe('absent');
    const { output } = await run(
      'show',
      '--inline',
      "select max(id) as m from {{ ref('raw_feed') }}",
    );
    expect(output).toContain('7');
    expect(state()).toEqual(before);
  });

  test('say who has the database while it is written, and with --wait wait for it', async () => {
    const other = await holder(database, 'AUTOMATIC');
    const refused = await run('show', '--select', 'report');
    expect([refused.exitCode, refused.output]).toEqual([2, expect.stringContaining('TS4002')]);
    const early = await run('build', '--wait', '200ms');
    expect([early.exitCode, early.output]).toEqual([2, expect.stringContaining('TS4002')]);
    other.releaseAfter(1500);
    const [shown] = await Promise.all([
      run('show', '--select', 'report', '--output', 'json', '--wait', '1m'),
      other.ended,
    ]);
    expect([shown.exitCode, shown.stderr]).toEqual([
      0,
      expect.stringMatching(/in use by .*Waiting up to 1m/),
    ]);
    expect(JSON.parse(shown.stdout)).toBeTruthy();
  });

  test('refuse a time to wait that is none', async () => {
    const { exitCode, output } = await run('build', '--wait', 'soon');
    expect([exitCode, output]).toEqual([2, expect.stringContaining('30s, 5m or 1h')]);
  });

  test('make no database where there is none', async () => {
    rmSync(database);
    rmSync(`${database}.wal`, { force: true });
    for (const args of readers) {
      const { output } = await run(...args);
      expect(output).not.toContain('TS9001');
      expect([args, existsSync(database)]).toEqual([args, false]);
    }
  });
});
