import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PendingFile } from '../files/pending.ts';
import { openTestCase, type TestCase, testLanding } from '../test-case.ts';
import { dropStaging, stageFiles } from './stage.ts';
import { recordsTable } from './stage-text.ts';
import { problemCode, problemReason } from './typed-columns.ts';

let project: TestCase;
beforeAll(async () => {
  project = await openTestCase();
});
afterAll(() => project.close());

const landing = testLanding({
  landing: { path: 'c.csv', format: 'csv', max_line_bytes: 80 },
  columns: [['id', 'integer'], ['name'], ['amount', 'decimal(6,2)']],
});

let fileNumber = 0;

/** Everything that is staged of a file: its readable rows and its problems, and how it was read. */
async function stage(content: string | Buffer, fastBytes: number) {
  const { connection, adapter } = project;
  const path = `c${++fileNumber}.csv`;
  const absolutePath = join(project.directory, path);
  writeFileSync(absolutePath, content);
  const info = statSync(absolutePath, { bigint: true });
  const file: PendingFile = {
    path: 'c.csv',
    absolutePath,
    date: null,
    processingDate: '2026-01-26',
    known: undefined,
    size: Number(info.size),
    modifiedMicros: info.mtimeNs / 1000n,
    changedMicros: 0n,
    inode: 0n,
  };
  const { dialect } = adapter;
  const staging = await stageFiles({
    connection,
    dialect,
    landing,
    files: [file],
    vanished: [],
    fastBytes,
  });
  const staged = staging.files[0]!;
  const problem =
    staged.plainTable === undefined
      ? `select line, record, ${problemCode('problem')}, ${problemReason('problem')} from ${recordsTable} where problem is not null order by 1`
      : `select rowid + 2, rowid + 1, ${problemCode('problem')}, ${problemReason('problem')} from ${staged.plainTable} where problem is not null order by 1`;
  const result = {
    rows: await project.rows(`from ${staging.source} order by _line`),
    problems: await project.rows(problem),
    records: staged.records,
    facts: staged.facts,
  };
  await dropStaging(connection, dialect, staging, []);
  return { result, plain: staged.plainTable !== undefined };
}

describe('reading through the database', () => {
  it.each<[string, string | Buffer, boolean]>([
    ['plain lines', 'id,name,amount\n1,a,2.50\n2,b,\n', true],
    ['columns in another order', 'amount,id,name\n2.5,1,a\n', true],
    ['no end of the last line', 'id,name,amount\r\n1,a,2\r\n2,b,3', true],
    ['blank lines at the end', 'id,name,amount\n1,a,2\n\n\n', true],
    ['a byte order mark', '\ufeffid,name,amount\n1,a,2\n', true],
    ['quoted fields', 'id,name,amount\n1,"a, ""b""","2"\n"2","",""\n', true],
    ['short and long lines', 'id,name,amount\n1\n1,a\n1,a,2,x\n,,\n', true],
    ['values of another type', 'id,name,amount\n1.5,a,2\n1e2,b,1.234\n 7 ,c,-0\nx,d,1e99\n', true],
    ['one kind of space or another', 'id,name,amount\n1,  ,2\n2,\u00a0é😀,3\n', true],
    ['two fields too many', 'id,name,amount\n1,a,2,3,4\n2,b,3\n', false],
    ['a blank line inside', 'id,name,amount\n1,a,2\n\n2,b,3\n', false],
    ['mixed line ends', 'id,name,amount\n1,a,2\r\n2,b,3\n', false],
    ['a lone CR', 'id,name,amount\n1,a\rb,2\n', false],
    ['an open quote', `id,name,amount\n1,"a,2\n${'2,b,3\n'.repeat(50)}`, false],
    ['a quote inside a field', 'id,name,amount\n1,a"b,2\n', false],
    ['a space before a quote', 'id,name,amount\n1, "a",2\n', false],
    ['a line end in quotes', 'id,name,amount\n1,"a\nb",2\n', false],
    ['NUL', 'id,name,amount\n1,\0,2\n', false],
    ['the mark used for missing fields', 'id,name,amount\n1,\u0001,2\n', false],
    ['a byte that is not UTF-8', Buffer.from('id,name,amount\n1,\xff,2\n', 'latin1'), false],
    ['a line that is too long', `id,name,amount\n1,${'x'.repeat(100)},2\n2,b,3\n`, false],
  ])('gives what our reader gives: %s', async (_, content, plain) => {
    const fast = await stage(content, 0);
    const own = await stage(content, 1e9);
    expect(fast.result).toEqual(own.result);
    expect([fast.plain, own.plain]).toEqual([plain, false]);
  });

  it('gives what our reader gives, for files with any mix of defects', async () => {
    const field = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.constantFrom('1', '22', '', 'ab', '1.5', '"q"', '"a,b"', '"x ""y"""', ' z'),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '"',
          'a"b',
          '"open',
          '"l\nm"',
          'é',
          '\r',
          '\u0001',
          '"a"b',
          ' "s"',
        ),
      },
    );
    const line = fc.oneof(
      { weight: 12, arbitrary: fc.array(field, { minLength: 3, maxLength: 3 }) },
      { weight: 1, arbitrary: fc.array(field, { maxLength: 5 }) },
    );
    const content = fc
      .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\n', '\r\n'), fc.boolean())
      .map(([lines, end, last]) => {
        const all = ['id,name,amount', ...lines.map((fields) => fields.join(','))];
        return all.join(end) + (last ? end : '');
      });
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(content, async (text) => {
        const fast = await stage(text, 0);
        expect(fast.result).toEqual((await stage(text, 1e9)).result);
        if (fast.plain) plain++;
      }),
      { numRuns: 120 },
    );
    expect(plain).toBeGreaterThan(10);
  });

  it('numbers the lines of a file of many chunks', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `${i},name ${i} ${'x'.repeat(i % 40)},1`);
    const { result, plain } = await stage(`id,name,amount\n${rows.join('\n')}\n`, 0);
    expect(plain).toBe(true);
    expect(result.rows.every((row, i) => row[0] === i && row[5] === String(i + 2))).toBe(true);
    expect(result.records).toBe(60_000);
  });
});
