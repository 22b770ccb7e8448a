import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closedStatement } from './closed-statement.ts';

test.each([
  ['select 1', true],
  ['select 1;', true],
  ["select 'it''s', \"a 'b\" -- ; ' \n", true],
  ['/* {"node": "x"; } */ select 1', true],
  ['select 1; select 2', false],
  ["select 'open", false],
  ['select "open', false],
  ['select 1 /* open', false],
  ['select 1 -- not ended', false],
  ['select 1 /* a /* b */ c */', false],
  ['select $$a$$', false],
  ["select E'\\''", false],
])('%j', (sql, closed) => {
  expect(closedStatement(sql) !== undefined).toBe(closed);
});

test('what follows a closed text is a statement of its own to DuckDB', async () => {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  const piece = fc.constantFrom(
    ...[
      "'",
      '"',
      '/*',
      '*/',
      '--',
      '\n',
      ';',
      '$',
      '$a$',
      '\\',
      'E',
      'x',
      ' ',
      ',',
      '1',
      '(',
      ')',
      '*',
      '/',
      '-',
      'U&',
      'as ',
    ],
  );
  const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
  let closed = 0;
  let read = 0;
  await fc.assert(
    fc.asyncProperty(text, text, async (one, other) => {
      const [a, b] = [`select 1 as a, ${one}\n`, `select 2 as b, ${other}\n`];
      if (closedStatement(a) === undefined || closedStatement(b) === undefined) return;
      closed++;
      const count = await connection.extractStatements(`${a};\n${b};`).then(
        (statements) => statements.count,
        () => undefined,
      );
      if (count === undefined) return;
      read++;
      expect(count).toBe(2);
    }),
    { seed: 20_260_101, numRuns: 20_000 },
  );
  expect(closed).toBeGreaterThan(1000);
  expect(read).toBeGreaterThan(100);
  connection.closeSync();
  instance.closeSync();
});
