import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ProjectFixture, projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt, type TsdbtRun } from '../../src/testing/run-tsdbt.ts';

// A column of two values and what dbt-core 1.11 with dbt-duckdb makes of it: type and values.
// `dbt fails` marks files that dbt infers a type for and then can't load; tsdbt loads them.

const columns: readonly (readonly [
  string,
  string,
  string,
  string | null,
  string | null,
  'dbt fails'?,
])[] = [
  ['1', '2', 'INTEGER', '1', '2'],
  ['01', '02', 'INTEGER', '1', '2'],
  ['0', '1', 'INTEGER', '0', '1'],
  ['-1', '+2', 'INTEGER', '-1', '2'],
  ['2147483647', '1', 'INTEGER', '2147483647', '1'],
  ['2147483648', '1', 'BIGINT', '2147483648', '1', 'dbt fails'],
  ['9223372036854775807', '1', 'BIGINT', '9223372036854775807', '1', 'dbt fails'],
  ['92233720368547758070', '1', 'HUGEINT', '92233720368547758070', '1', 'dbt fails'],
  ['1.5', '2', 'DOUBLE', '1.5', '2.0'],
  ['1.0', '2.0', 'INTEGER', '1', '2'],
  ['.5', '1.', 'DOUBLE', '0.5', '1.0'],
  ['1.', '2.', 'INTEGER', '1', '2'],
  ['1e3', '2', 'INTEGER', '1000', '2'],
  ['1.5e3', '2.0', 'INTEGER', '1500', '2'],
  ['1E5', '2E5', 'INTEGER', '100000', '200000'],
  ['1_000', '2', 'INTEGER', '1000', '2'],
  ['"1,000"', '"2,000"', 'VARCHAR', '1,000', '2,000', 'dbt fails'],
  ['10%', '20%', 'VARCHAR', '10%', '20%', 'dbt fails'],
  ['$5', '$6', 'VARCHAR', '$5', '$6', 'dbt fails'],
  ['NaN', '1.5', 'DOUBLE', 'nan', '1.5'],
  ['inf', '1', 'DOUBLE', 'inf', '1.0', 'dbt fails'],
  ['0.1', '0.30000000000000004', 'DOUBLE', '0.1', '0.30000000000000004'],
  ['0x10', '1', 'VARCHAR', '0x10', '1'],
  [' 1 ', '2', 'INTEGER', '1', '2'],
  ['1\t', '2', 'INTEGER', '1', '2'],
  ['-', '1', 'VARCHAR', '-', '1'],
  ['.', '1', 'VARCHAR', '.', '1'],
  ['2026-01-01', '2026-02-01', 'DATE', '2026-01-01', '2026-02-01'],
  ['2026-1-1', '2026-2-1', 'DATE', '2026-01-01', '2026-02-01'],
  [' 2026-01-01', '2026-01-02', 'DATE', '2026-01-01', '2026-01-02'],
  ['2026-02-30', '2026-01-01', 'VARCHAR', '2026-02-30', '2026-01-01'],
  ['01/02/2026', '03/04/2026', 'VARCHAR', '01/02/2026', '03/04/2026'],
  ['20260101', '20260102', 'INTEGER', '20260101', '20260102'],
  [
    '2026-01-01 10:00:00',
    '2026-01-02 11:00:00',
    'TIMESTAMP',
    '2026-01-01 10:00:00',
    '2026-01-02 11:00:00',
  ],
  [
    '2026-01-01T10:00:00',
    '2026-01-02T11:00:00',
    'TIMESTAMP',
    '2026-01-01 10:00:00',
    '2026-01-02 11:00:00',
  ],
  [
    '2026-01-01T10:00:00Z',
    '2026-01-02T11:00:00Z',
    'TIMESTAMP',
    '2026-01-01 10:00:00',
    '2026-01-02 11:00:00',
  ],
  [
    '2026-01-01 10:00:00.123',
    '2026-01-02 11:00:00.1',
    'VARCHAR',
    '2026-01-01 10:00:00.123',
    '2026-01-02 11:00:00.1',
  ],
  [
    '2026-01-01 10:00:00+02:00',
    '2026-01-02 10:00:00+02:00',
    'VARCHAR',
    '2026-01-01 10:00:00+02:00',
    '2026-01-02 10:00:00+02:00',
  ],
  ['2026-01-01 10:00', '2026-01-02 10:00', 'VARCHAR', '2026-01-01 10:00', '2026-01-02 10:00'],
  ['2026-01-01', '2026-01-02 11:00:00', 'VARCHAR', '2026-01-01', '2026-01-02 11:00:00'],
  [
    '2026-01-01 25:00:00',
    '2026-01-02 10:00:00',
    'VARCHAR',
    '2026-01-01 25:00:00',
    '2026-01-02 10:00:00',
  ],
  ['10:00', '11:00', 'VARCHAR', '10:00', '11:00'],
  ['true', 'false', 'BOOLEAN', 'true', 'false'],
  ['True', 'FALSE', 'BOOLEAN', 'true', 'false'],
  ['t', 'f', 'VARCHAR', 't', 'f'],
  ['yes', 'no', 'VARCHAR', 'yes', 'no'],
  ['1', 'true', 'VARCHAR', '1', 'true'],
  ['1', 'a', 'VARCHAR', '1', 'a'],
  ['1', '2026-01-01', 'VARCHAR', '1', '2026-01-01'],
  ['', '', 'INTEGER', null, null],
  ['1', '', 'INTEGER', '1', null],
  ['1.0', '', 'INTEGER', '1', null],
  ['null', '1', 'INTEGER', null, '1', 'dbt fails'],
  ['NULL', '1', 'INTEGER', null, '1', 'dbt fails'],
  ['Null', 'x', 'VARCHAR', 'Null', 'x'],
  ['N/A', '1', 'VARCHAR', 'N/A', '1'],
  ['none', '1', 'VARCHAR', 'none', '1'],
  ['""', 'a', 'VARCHAR', null, 'a'],
  ['"null"', 'a', 'VARCHAR', 'null', 'a'],
  [' a ', 'b ', 'VARCHAR', ' a ', 'b '],
  ['"a ""b"""', 'c', 'VARCHAR', 'a "b"', 'c'],
  ['"a\nb"', 'c', 'VARCHAR', 'a\nb', 'c'],
  ['"a,b"', 'c', 'VARCHAR', 'a,b', 'c'],
  ['äöü', 'ß', 'VARCHAR', 'äöü', 'ß'],
  ['"{""a"":1}"', 'x', 'VARCHAR', '{"a":1}', 'x'],
];

const files: Record<string, string> = {
  'seeds/header_only.csv': 'id,name\n',
  'seeds/bom.csv': '\ufeffid,name\n1,a\n',
  'seeds/blank.csv': 'id,name\n1,a\n\n2,b\n',
  'seeds/crlf.csv': 'id,name\r\n1,a\r\n2,b\r\n',
  'seeds/no_end.csv': 'id,name\n1,a',
  'seeds/names.csv': 'ID,Name,"odd name",ümlaut,select\n1,a,b,d,e\n',
  'seeds/semicolon.csv': 'id;name\n1;a,b\n',
  'seeds/typed.csv': 'id,Amount,d\n01,1,2026-01-01\n',
  'seeds/properties.yml': `seeds:
  - name: semicolon
    config: {delimiter: ';'}
  - name: typed
    description: typed by hand
    config:
      column_types: {id: varchar, Amount: "decimal(10,2)", nope: int}
      persist_docs: {relation: true}
`,
};
for (const [i, [a, b]] of columns.entries()) files[`seeds/s${i}.csv`] = `id,c\n1,${a}\n2,${b}\n`;

let project: ProjectFixture;
let first: TsdbtRun;
const query = async (sql: string) =>
  await queryDatabase(join(project.root, 'target', 'shop.duckdb'), sql);
beforeAll(async () => {
  project = projectFixture(files);
  first = await runTsdbt(['seed'], { cwd: project.root });
});
afterAll(() => project.remove());

test('every file is loaded', () => {
  expect(first.output).not.toContain('Error in');
  expect(first.exitCode).toBe(0);
});

test('types and values are those of dbt', async () => {
  const selects = columns.map(
    (_, i) =>
      `select ${i} as i, list(typeof(c) order by id)[1] as type, list(c::varchar order by id) as v from s${i}`,
  );
  const rows = await query(`select * from (${selects.join(' union all ')}) order by i`);
  const found = rows.map((row, i) => [columns[i]![0], row['type'], row['v']]);
  expect(found).toEqual(columns.map(([a, , type, x, y]) => [a, type, [x, y]]));
});

test.each([
  [
    'header_only',
    [
      ['id', 'INTEGER'],
      ['name', 'INTEGER'],
    ],
    [],
  ],
  [
    'bom',
    [
      ['id', 'INTEGER'],
      ['name', 'VARCHAR'],
    ],
    [['1', 'a']],
  ],
  [
    'blank',
    [
      ['id', 'INTEGER'],
      ['name', 'VARCHAR'],
    ],
    [
      ['1', 'a'],
      ['2', 'b'],
    ],
  ],
  [
    'crlf',
    [
      ['id', 'INTEGER'],
      ['name', 'VARCHAR'],
    ],
    [
      ['1', 'a'],
      ['2', 'b'],
    ],
  ],
  [
    'no_end',
    [
      ['id', 'INTEGER'],
      ['name', 'VARCHAR'],
    ],
    [['1', 'a']],
  ],
  [
    'names',
    [
      ['ID', 'INTEGER'],
      ['Name', 'VARCHAR'],
      ['odd name', 'VARCHAR'],
      ['ümlaut', 'VARCHAR'],
      ['select', 'VARCHAR'],
    ],
    [['1', 'a', 'b', 'd', 'e']],
  ],
  [
    'semicolon',
    [
      ['id', 'INTEGER'],
      ['name', 'VARCHAR'],
    ],
    [['1', 'a,b']],
  ],
  [
    'typed',
    [
      ['id', 'VARCHAR'],
      ['Amount', 'DECIMAL(10,2)'],
      ['d', 'DATE'],
    ],
    [['01', '1.00', '2026-01-01']],
  ],
])('%s', async (name, expectedColumns, expectedRows) => {
  const described = await query(`describe "${name}"`);
  expect(described.map((row) => [row['column_name'], row['column_type']])).toEqual(expectedColumns);
  const rows = await query(`select cast(columns(*) as varchar) from "${name}"`);
  expect(rows.map((row) => Object.values(row))).toEqual(expectedRows);
});

describe('around the load', () => {
  test('a type for a column that is not there is remarked', () => {
    expect(first.output).toContain('column_types names nope, which the file does not have');
  });

  test('descriptions are persisted', async () => {
    const [row] = await query("select comment from duckdb_tables() where table_name = 'typed'");
    expect(row).toEqual({ comment: 'typed by hand' });
  });

  test('what has not changed is not loaded again, unless asked', async () => {
    const again = await runTsdbt(['seed', '-s', 'typed'], { cwd: project.root });
    expect(again.output).toContain('nothing new');
    const fully = await runTsdbt(['seed', '-s', 'typed', '--full-refresh'], { cwd: project.root });
    expect(fully.output).not.toContain('nothing new');
  });

  // dbt keeps the table and its types until a full refresh: it would round 2.5 to 3, and refuse `x`.
  test('types follow the file at each load', async () => {
    project.write({ 'seeds/grown.csv': 'id\n1\n2\n' });
    const load = async (rows: string) => {
      project.write({ 'seeds/grown.csv': `id\n${rows}\n` });
      const { exitCode } = await runTsdbt(['seed', '-s', 'grown'], { cwd: project.root });
      expect(exitCode).toBe(0);
      return await query('select id::varchar as id, typeof(id) as type from grown order by id');
    };
    expect(await load('1')).toEqual([{ id: '1', type: 'INTEGER' }]);
    expect(await load('2.5')).toEqual([{ id: '2.5', type: 'DOUBLE' }]);
    expect(await load('x')).toEqual([{ id: 'x', type: 'VARCHAR' }]);
  });

  test('columns may change without a full refresh; hooks run with each load', async () => {
    project.write({
      'seeds/typed.csv': 'id,other\n7,x\n8,y\n',
      'seeds/properties.yml':
        'seeds:\n  - name: typed\n    config: {post_hook: "insert into {{ this }} values (9, \'hook\')"}\n',
    });
    for (const _ of [1, 2]) {
      const { exitCode } = await runTsdbt(['seed', '-s', 'typed'], { cwd: project.root });
      expect(exitCode).toBe(0);
      expect(await query('select id, other from typed order by 1')).toEqual([
        { id: 7, other: 'x' },
        { id: 8, other: 'y' },
        { id: 9, other: 'hook' },
      ]);
    }
  });
});

test('a file of hundreds of columns is loaded at once', async () => {
  const names = Array.from({ length: 400 }, (_, i) => `c${i}`);
  const wide = projectFixture({
    'dbt_project.yml': 'name: d\nprofile: d\n',
    'profiles.yml': 'd: {target: dev, outputs: {dev: {type: duckdb, path: d.duckdb}}}\n',
    'seeds/wide.csv': `${names.join(',')}\n${names.map((_, i) => (i % 4 === 0 ? '' : i % 2 === 0 ? 'x' : i)).join(',')}\n`,
  });
  try {
    const { exitCode } = await runTsdbt(['seed'], { cwd: wide.root });
    expect(exitCode).toBe(0);
    const [row] = await queryDatabase(
      join(wide.root, 'd.duckdb'),
      "select count(*) filter (data_type = 'INTEGER')::int as whole, count(*)::int as all from duckdb_columns() where table_name = 'wide'",
    );
    expect(row).toEqual({ whole: 300, all: 400 });
  } finally {
    wide.remove();
  }
}, 120_000);

test('an empty delimiter is refused, a wrong one is asked about', async () => {
  const other = projectFixture({
    'dbt_project.yml': 'name: d\nprofile: d\n',
    'profiles.yml': 'd: {target: t, outputs: {t: {type: duckdb, path: d.duckdb}}}\n',
    'seeds/none.csv': 'a|b\n1|2\n',
    'seeds/wrong.csv': 'a|b\n1|2\n',
    'seeds/p.yml':
      "seeds: [{name: none, config: {delimiter: ''}}, {name: wrong, config: {delimiter: ';'}}]\n",
  });
  const loaded = await runTsdbt(['seed'], { cwd: other.root });
  other.remove();
  expect(loaded.exitCode).toBe(1);
  expect(loaded.output).toMatch(/TS1005.*"delimiter" in seed.d.none must not be empty/);
  expect(loaded.output).toContain('all of "a|b" is one column: is the delimiter another one?');
});

describe('a file is read as it is', () => {
  const seed = async (files: Readonly<Record<string, string>>) => {
    const other = projectFixture({
      'dbt_project.yml': 'name: d\nprofile: d\n',
      'profiles.yml': 'd: {target: t, outputs: {t: {type: duckdb, path: d.duckdb}}}\n',
      ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`seeds/${name}`, text])),
    });
    try {
      const ran = await runTsdbt(['seed'], { cwd: other.root });
      const rows = (sql: string) => queryDatabase(join(other.root, 'd.duckdb'), sql);
      const read = ran.exitCode === 0 ? await rows('from main.s order by all') : [];
      return { ...ran, rows: read };
    } finally {
      other.remove();
    }
  };

  test('rows that start with # are rows, and a line break before the header is none', async () => {
    const { rows } = await seed({ 's.csv': '\n\ncode,name\n#000,black\n#fff,white\n' });
    expect(rows).toEqual([
      { code: '#000', name: 'black' },
      { code: '#fff', name: 'white' },
    ]);
  });

  test('a second column of a name gets a number, one without a name a letter', async () => {
    const { rows } = await seed({ 's.csv': '\uFEFFa, A,"b, ""c""",\r\n1,2,3,4\r\n' });
    expect(rows).toEqual([{ a: 1, A_2: 2, 'b, "c"': 3, d: 4 }]);
  });

  test('what does not suit the header is told with its line', async () => {
    for (const [text, line, problem] of [
      ['a,b\n1,2\n3,4,5\n', 3, 'the header has 2 columns, and this row has more'],
      ['a,b\n1,2\n\n3\n', 4, 'the header has 2 columns, and this row has 1'],
      ['a,b\n1,"2\n3,4\n', 2, 'a quoted value is not closed'],
    ] as const) {
      const ran = await seed({ 's.csv': text });
      expect(ran.exitCode).toBe(1);
      expect(ran.output).toContain(`seeds/s.csv:${line} TS5063: seed.d.s: ${problem}`);
    }
    expect((await seed({ 's.csv': '\n' })).output).toContain('seeds/s.csv TS5062');
  });
});
