import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

// Running the same project over and over leaves nothing behind: neither in the database file nor in the
// target folder. `TSDBT_SOAK=10000` for the full size.
const runs = Number(process.env['TSDBT_SOAK'] ?? 45);

const rows = '200000';

test(`${runs} runs leave the files as large as a few do`, { timeout: 0 }, async () => {
  const select = `select i as id, i % 100 as v, md5(i::varchar) as text from range(${rows}) t(i)`;
  const { root, remove } = projectFixture({
    'models/a.sql': `{{ config(materialized='table') }} ${select}`,
    'models/b.sql': `{{ config(materialized='incremental', unique_key='id') }} select * from {{ ref('a') }} where id % 50 = {{ var('n', 0) }} % 50`,
    'models/c.sql': "select * from {{ ref('a') }}",
    'models/p.yml':
      'models: [{name: a, columns: [{name: id, data_tests: [unique, not_null]}]}, {name: b, columns: [{name: id, data_tests: [not_null]}]}]',
    'seeds/s.csv': 'id\n1\n2\n',
    'snapshots/k.sql':
      "{% snapshot k %}{{ config(strategy='check', check_cols=['v'], unique_key='id') }} select id, v from {{ ref('a') }} where id < 1000{% endsnapshot %}",
  });
  const database = join(root, 'target/shop.duckdb');
  const files = () => readdirSync(join(root, 'target'), { recursive: true }).length;
  // Which blocks are free when a run ends is a matter of timing: the file breathes by some of them. What
  // would grow with something left behind is the number of those that hold data, at its least in a stretch.
  const used: number[] = [];
  const sizes: number[] = [];
  const early = (numbers: number[]) => numbers.slice(15, 30);
  const late = (numbers: number[]) => numbers.slice(-15);
  let earlyFiles = 0;
  try {
    for (let n = 0; n < runs; n++) {
      // `b` has all of its rows after ten runs, and grows no more.
      const args = ['build', '-q', '--vars', JSON.stringify({ n: n % 10 })];
      const { exitCode, output } = await runTsdbt(args, { cwd: root });
      expect(exitCode, output).toBe(0);
      sizes.push(statSync(database).size);
      const [blocks] = await queryDatabase(
        database,
        "select used_blocks::int as used from pragma_database_size() where database_name = 'shop'",
      );
      used.push(Number(blocks?.['used']));
      if (n === 15) earlyFiles = files();
    }
    const tables = await queryDatabase(
      database,
      "select schema_name || '.' || table_name as t from duckdb_tables() where schema_name <> '_tsdbt' order by 1",
    );
    expect(tables.map(({ t }) => t)).toEqual(['main.a', 'main.b', 'main.k', 'main.s']);
    expect(files()).toBe(earlyFiles);
    expect(Math.min(...late(used))).toBeLessThanOrEqual(Math.min(...early(used)) + 1);
    expect(Math.max(...late(sizes)) / Math.max(...early(sizes))).toBeLessThan(1.3);
  } finally {
    remove();
  }
});
