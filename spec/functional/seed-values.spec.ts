import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectFixture } from '../../src/testing/project-fixture.ts';
import { queryDatabase } from '../../src/testing/query-database.ts';
import { runTsdbt } from '../../src/testing/run-tsdbt.ts';

/** Seeds a file with column types; gives what was printed, and the rows as text. */
async function seed(csv: string, types: string, project: 'project.yml' | 'dbt_project.yml') {
  const fixture = projectFixture({
    [project]: 'name: shop\nprofile: shop\nversion: "1.0"\n',
    'profiles.yml': 'shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n',
    'seeds/s.csv': csv,
    'seeds/s.yml': `seeds: [{name: s, config: {column_types: ${types}}}]\n`,
  });
  try {
    const { exitCode, output } = await runTsdbt(['seed'], { cwd: fixture.root });
    if (exitCode !== 0) return { exitCode, output, rows: [] };
    const rows = await queryDatabase(
      join(fixture.root, 'shop.duckdb'),
      'select cast(columns(*) as varchar) from s',
    );
    return { exitCode, output, rows: rows.map((row) => Object.values(row)) };
  } finally {
    fixture.remove();
  }
}

test('exact values are loaded, in every spelling that has one meaning', async () => {
  const { rows, output } = await seed(
    'id,amount,day,at,ok,note,list\n1.0,1e2,2026-01-31,2026-01-31T10:00:00+02:00,yes,007,"[1.5, NULL]"\n,null,,,NULL,null,\n',
    "{id: integer, list: 'decimal(10, 2)[]', amount: 'decimal(10, 2)', day: date, at: timestamp, ok: boolean, note: varchar}",
    'project.yml',
  );
  expect(rows, output).toEqual([
    ['1', '100.00', '2026-01-31', '2026-01-31 08:00:00', 'true', '007', '[1.50, NULL]'],
    [null, null, null, null, null, 'null', null],
  ]);
});

test.each([
  ['decimal(10, 2)', '1.005'],
  ['decimal(4, 2)', '123.4'],
  ['integer', '1.5'],
  ['integer', '12_34'],
  ['integer', '0x1F'],
  ['tinyint', '300'],
  ['bigint', '9223372036854775808'],
  ['double', '1e400'],
  ['date', '2026-02-30'],
  ['date', '2026-01-01 and more'],
  ['date', 'infinity'],
  ['date', 'epoch'],
  ['timestamp', '2026-01-01 25:00:00'],
  ['boolean', 'perhaps'],
  ['uuid', 'none'],
  ['json', '{"a":'],
  ['integer[]', '[1, x]'],
  ['struct(a integer, b date)', "{'a': 1, 'b': 2026-02-30}"],
])('as %s, %s is refused with its line, column and type', async (type, text) => {
  const { exitCode, output } = await seed(
    `id,v\n1,\n\n2,"${text.replaceAll('"', '""')}"\n`,
    `{v: '${type}'}`,
    'project.yml',
  );
  expect(exitCode).toBe(1);
  expect(output).toContain('TS5067');
  expect(output).toContain(`seeds/s.csv:4 column v: ${JSON.stringify(text)} is no ${type}`);
  expect(output).not.toContain('TS4001');
});

test('five values are shown and all are counted; lines count those inside of quotes', async () => {
  const rows = Array.from({ length: 40 }, (_, index) => `"two\nlines",x${index}`);
  const { output } = await seed(`a,v\nok,1\n${rows.join('\n')}\n`, '{v: bigint}', 'project.yml');
  expect(output).toContain('40 values are not exactly of the type');
  expect(output).toContain('seeds/s.csv:3 column v: "x0" is no bigint');
  expect(output).toContain('seeds/s.csv:11 column v: "x4" is no bigint');
  expect(output).not.toContain('"x5"');
});

test('a file of one column, in which a blank line is a record', async () => {
  const { output } = await seed('v\n1\n\nx\n', '{v: integer}', 'project.yml');
  expect(output).toContain('seeds/s.csv:4 column v: "x" is no integer');
});

test('a dbt project keeps the result of dbt, with a notice of values that the cast changes', async () => {
  const types = "{v: 'decimal(10, 2)'}";
  const { rows, output } = await seed('id,v\n1,1.005\n2,2.50\n', types, 'dbt_project.yml');
  expect(rows).toEqual([
    ['1', '1.01'],
    ['2', '2.50'],
  ]);
  expect(output).toContain('1 value(s) of the column v are not exactly of its type decimal(10, 2)');
  const failed = await seed('id,v\n1,2.50\n2,x\n', types, 'dbt_project.yml');
  expect(failed.output).toContain('seeds/s.csv:3 column v: "x" is no decimal(10, 2)');
});
