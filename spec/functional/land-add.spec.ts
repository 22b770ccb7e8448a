import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type ProjectFiles,
  type ProjectFixture,
  projectFixture,
} from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

let project: ProjectFixture;
afterEach(() => project.remove());

const run = (...args: readonly string[]) => runTsdbt(args, { cwd: project.root });
const query = async (sql: string) =>
  (await queryDatabase(join(project.root, 'target/shop.duckdb'), sql)).map((row) =>
    Object.values(row).join(' '),
  );
const columnTypes = (table: string) =>
  query(
    `select column_name, data_type from duckdb_columns() where table_name = '${table}' and column_name not in ('processing_date', '_file', '_line', '_batch') order by column_index`,
  );
const text = (path: string) => readFileSync(join(project.root, path), 'utf8');

/** Adds, builds, and gives what was loaded; nothing may be quarantined. */
async function added(files: ProjectFiles, ...args: readonly string[]): Promise<string> {
  project = projectFixture(files);
  const add = await run('land', 'add', ...args);
  expect(add.exitCode, add.output).toBe(0);
  const model = /build --select (\w+)/.exec(add.output)![1]!;
  const build = await run('build', '--select', model);
  expect(build.exitCode, build.output).toBe(0);
  expect(
    await query(
      'select sum(records) = sum(loaded) and sum(quarantined) = 0 and sum(dropped) = 0, count(*) from _tsdbt.landing_files',
    ),
  ).toEqual([`true ${Object.keys(files).length}`]);
  return model;
}

const utf16 = (value: string) => Buffer.from(`\ufeff${value}`, 'utf16le');

describe('what is added loads whole', () => {
  test.each<[string, ProjectFiles, string, readonly string[]]>([
    [
      'CSV with dates in folders',
      {
        'landing/orders/2026-01-01/orders.csv':
          'order_id,sku,amount,ordered_at,day,paid\n1,007,12.50,2026-01-01T10:00:00,2026-01-01,true\n2,010,7.125,2026-01-01 11:30,2026-01-02,false\n',
        'landing/orders/2026-01-02/orders-b.csv':
          'order_id,sku,amount,ordered_at,day,paid\n3000000000,011,,,,\n',
      },
      'landing/orders',
      [
        'order_id BIGINT',
        'sku VARCHAR',
        'amount DECIMAL(18,3)',
        'ordered_at TIMESTAMP',
        'day DATE',
        'paid BOOLEAN',
      ],
    ],
    [
      'German CSV in Windows-1252',
      {
        'landing/umsatz.csv': Buffer.from(
          'Kunde;Größe;Betrag;Datum\nMüller;1;1.234,50;31.12.2025\nJürgen;2;7,00;01.01.2026\n',
          'latin1',
        ),
      },
      'landing/umsatz.csv',
      ['Kunde VARCHAR', 'Größe INTEGER', 'Betrag DECIMAL(18,2)', 'Datum DATE'],
    ],
    [
      'UTF-16, tabs, names with blanks and reserved words',
      { 'landing/x.tsv': utf16('Order ID\tselect\t\n1\ta\tz\n2\tb\ty\n') },
      'landing/x.tsv',
      ['order_id INTEGER', 'select VARCHAR', 'column_3 VARCHAR'],
    ],
    [
      'CSV without a header',
      { 'landing/n.csv': '1,a,2026-01-01\n2,b,2026-01-02\n' },
      'landing/n.csv',
      ['column_1 INTEGER', 'column_2 VARCHAR', 'column_3 DATE'],
    ],
    [
      'a header with a name twice, and one of ours',
      { 'landing/t.csv': 'a,a,_file\n1,2,x\n3,4,y\n' },
      'landing/t.csv',
      ['a INTEGER', 'a_2 INTEGER', '_file_2 VARCHAR'],
    ],
    [
      'files with other columns',
      {
        'landing/c/1.csv': 'id,name\n1,Ada\n',
        'landing/c/2.csv': 'id,name,mail\n2,Bo,b@x\n',
        'landing/c/sub/3.csv': 'name,id\nCy,3\n',
      },
      'landing/c',
      ['id INTEGER', 'name VARCHAR', 'mail VARCHAR'],
    ],
    [
      'JSON array, compressed and plain',
      {
        'landing/j/2026-02-01.json': '[{"id": 1, "tags": ["a"]}, {"id": 2.5, "x": {"y": 1}}]',
        'landing/j/2026-02-02.json.gz': gzipSync('[{"id": 3, "at": "2026-01-01T00:00:00Z"}]'),
      },
      'landing/j',
      ['id DECIMAL(18,1)', 'tags JSON', 'x JSON', 'at TIMESTAMP WITH TIME ZONE'],
    ],
    [
      'JSON with its records under keys',
      { 'landing/r.json': '{"meta": {"n": 2}, "data": {"items": [{"id": 1}, {"id": 2}]}}' },
      'landing/r.json',
      ['id INTEGER'],
    ],
    [
      'JSON lines',
      { 'landing/e.ndjson': '{"id": "0b", "n": 1e3}\n\n{"id": "1c", "n": 2}\n' },
      'landing/e.ndjson',
      ['id VARCHAR', 'n DOUBLE'],
    ],
    [
      'empty columns, quoted line ends, a wide id',
      { 'landing/q.csv': 'a,b,c\n,"x\ny",12345678901234567890\n,z,1\n' },
      'landing/q.csv',
      ['a VARCHAR', 'b VARCHAR', 'c VARCHAR'],
    ],
    [
      'an empty file beside others',
      { 'landing/z/a.csv': '', 'landing/z/b.csv': 'id\n1\n' },
      'landing/z',
      ['id INTEGER'],
    ],
  ])('%s', async (_, files, path, expected) => {
    const model = await added(files, path);
    expect(await columnTypes(model)).toEqual(expected);
  });

  test('Parquet has the types of its files', async () => {
    project = projectFixture({ 'landing/p/README': '' });
    const file = (name: string) => join(project.root, 'landing', `${name}.parquet`);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `copy (select 1 as id, 1.5::decimal(9,2) as amount, [1, 2] as list, {'a': 1} as s, timestamp '2026-01-01' as t) to '${file('a')}' (format parquet)`,
    );
    await connection.run(
      `copy (select 2::bigint as id, 'x' as more) to '${file('b')}' (format parquet)`,
    );
    instance.closeSync();
    const add = await run('land', 'add', 'landing/a.parquet', 'landing/b.parquet', '--name', 'p');
    expect(add.exitCode, add.output).toBe(0);
    const build = await run('build');
    expect(build.exitCode, build.output).toBe(0);
    expect(await columnTypes('raw_p')).toEqual([
      'id INTEGER',
      'amount DECIMAL(9,2)',
      'list INTEGER[]',
      's STRUCT(a INTEGER)',
      't TIMESTAMP',
      'more VARCHAR',
    ]);
    expect(await query('select sum(loaded), sum(quarantined) from _tsdbt.landing_files')).toEqual([
      '2 0',
    ]);
  });

  test('a zstd file is read as what it is', async () => {
    project = projectFixture({ 'landing/README': '' });
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `copy (select i as id, 'n' || i as name from range(1000) t(i)) to '${join(project.root, 'landing/a.csv.zst')}' (format csv, header, compression zstd)`,
    );
    instance.closeSync();
    const add = await run('land', 'add', 'landing/a.csv.zst');
    expect(add.exitCode, add.output).toBe(0);
    expect((await run('build')).exitCode).toBe(0);
    expect(await query('select count(*), sum(id) from raw_a')).toEqual(['1000 499500']);
  });
});

test('dates and numbers with two meanings stay text, and it says so', async () => {
  project = projectFixture({ 'landing/a.csv': 'd,n\n01/02/2026,"1,234"\n03/04/2026,"5,678"\n' });
  const { output } = await run('land', 'add', 'landing/a.csv');
  expect(output).toContain('d stays text: its dates can be read as %d/%m/%Y or %m/%d/%Y');
  expect(output).toContain('landing/a.csv:2');
  expect(output).toContain('n stays text');
  // One value settles it.
  project.write({ 'landing/b.csv': 'd,n\n13/02/2026,"1,234.5"\n' });
  await run('land', 'add', 'landing/b.csv');
  expect(text('models/raw/raw_b.yml')).toContain('format: "%d/%m/%Y"');
  expect(text('models/raw/raw_b.yml')).toContain("thousands_separator: ','".replaceAll("'", '"'));
});

describe('nothing is written', () => {
  const refused = async (files: ProjectFiles, args: readonly string[], message: string) => {
    project = projectFixture(files);
    const before = readdirSync(project.root, { recursive: true }).filter(
      (path) => !String(path).startsWith('target') && !String(path).startsWith('logs'),
    );
    const { exitCode, output } = await run('land', 'add', ...args);
    expect(exitCode, output).not.toBe(0);
    expect(output).toContain(message);
    expect(output).not.toContain('TS9001');
    expect(
      readdirSync(project.root, { recursive: true }).filter(
        (path) => !String(path).startsWith('target') && !String(path).startsWith('logs'),
      ),
    ).toEqual(before);
  };

  test.each<[string, ProjectFiles, readonly string[], string]>([
    ['without the file', {}, ['landing/x.csv'], 'is not there'],
    ['outside of the project', {}, ['/etc/hosts'], 'TS1014'],
    [
      'over a model',
      { 'landing/a.csv': 'id\n1\n', 'models/other/raw_a.sql': 'select 1' },
      ['landing/a.csv'],
      'models/other/raw_a.sql is there already',
    ],
    [
      'for files of two kinds',
      { 'landing/a.csv': 'id\n1\n', 'landing/b.json': '[{"id": 1}]' },
      ['landing'],
      'json, not csv',
    ],
    [
      'for two encodings',
      { 'landing/a.csv': 'n\nä\n', 'landing/b.csv': Buffer.from('n\nä\n', 'latin1') },
      ['landing'],
      'windows-1252, not utf-8',
    ],
    ['for an empty file', { 'landing/a.csv': '\n' }, ['landing/a.csv'], 'is empty'],
    [
      'for a ZIP file',
      { 'landing/a.csv': Buffer.from('504b0304aa', 'hex') },
      ['landing/a.csv'],
      'zip',
    ],
    [
      'for JSON without records',
      { 'landing/a.json': '{\n"a": 1\n}' },
      ['landing/a.json'],
      'has no records',
    ],
    [
      'with a bad name',
      { 'landing/a.csv': 'id\n1\n' },
      ['landing/a.csv', '--name', 'a b'],
      "can't be the name",
    ],
  ])('%s', async (_, files, args, message) => refused(files, args, message));

  test('for files that a source reads', async () => {
    project = projectFixture({ 'landing/a.csv': 'id\n1\n' });
    expect((await run('land', 'add', 'landing')).exitCode).toBe(0);
    const again = await run('land', 'add', 'landing/a.csv', '--name', 'other');
    expect(again.exitCode).not.toBe(0);
    expect(again.output).toContain('reads landing/a.csv already');
    expect(existsSync(join(project.root, 'models/raw/raw_other.sql'))).toBe(false);
    const same = await run('land', 'add', 'landing');
    expect(same.output).toContain('the source landing.landing is there already');
  });
});

test('columns of any texts load whole', async () => {
  const texts = [
    ...['1', '-1', '0', '007', '+5', '1.5', '-0.10', '.5', '5.', '1e3', '1E400', '12_34', '0x1F'],
    ...['1,5', '1,234', '1.234,5', '1,234,567.8', '1.234.567', 'NaN', 'Infinity', '99999999999'],
    ...['2147483648', '-9223372036854775809', '123456789012345678901', '0.1234567890123456789'],
    ...['true', 'FALSE', 't', 'yes', '2026-01-01', '2026-02-30', '2026-01-01 BC', '01.02.2026'],
    ...[
      '1/2/2026',
      '13/01/2026',
      '2026/01/02',
      '12 Jan 2026',
      'Jan 3, 2026',
      '01.02.26',
      '32.01.2026',
    ],
    ...[
      '2026-01-01T10:00',
      '2026-01-01 10:00:00.123456',
      '2026-01-01T10:00:00Z',
      '2026-01-01T25:00',
    ],
    ...[
      '2026-01-01 10:00:00+02:00',
      '2026-01-01T10:00:00.1234567',
      '01.02.2026 10:00',
      '10:00',
      '24:00',
    ],
    ...[
      '2026-01-01T10:00:00+99:00',
      '12:30:59.5',
      'epoch',
      'infinity',
      ' 1',
      '1 ',
      '\u00a01',
      '\u0661',
    ],
    ...[
      'a3bb189e-8bf9-3888-9912-ace4e6543002',
      '{"a": 1}',
      '[1, 2]',
      '{a}',
      '[',
      '{"a": 1} x',
      'null',
    ],
    ...[
      'x',
      "it's",
      'a;b',
      'é',
      '-',
      '$1',
      '10%',
      '1 000',
      '0000-00-00',
      '9999-12-31',
      '10000-01-01',
    ],
  ];
  // Each text alone, with its neighbour, and with one further away.
  const columns = texts.flatMap((text, index) => [
    [text],
    ...[1, 7].map((step) => [text, texts[(index + step) % texts.length]!]),
  ]);
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const row = (at: number) =>
    columns.map((values) => quoted(values[at % values.length]!)).join(',');
  const header = columns.map((_, index) => `c${index}`).join(',');
  await added(
    { 'landing/any.csv': `${header}\n${row(0)}\n${row(1)}\n${row(0)}\n` },
    'landing/any.csv',
  );
  expect(await query('select count(*) from raw_any')).toEqual(['3']);
  const types = await columnTypes('raw_any');
  expect(types).toHaveLength(columns.length);
  // A column with one plain reading gets its type.
  const typeOf = (text: string) => types[texts.indexOf(text) * 3]?.split(' ').slice(1).join(' ');
  expect(typeOf('007')).toBe('VARCHAR');
  expect(typeOf('1.234,5')).toBe('DECIMAL(18,1)');
  expect(typeOf('1,234')).toBe('VARCHAR');
  expect(typeOf('2147483648')).toBe('BIGINT');
  expect(typeOf('13/01/2026')).toBe('DATE');
  expect(typeOf('2026-02-30')).toBe('VARCHAR');
  expect(typeOf('24:00')).toBe('VARCHAR');
});
