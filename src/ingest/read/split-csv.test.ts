import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LandingRecord } from './landing-record.ts';
import { CsvSplitter } from './split-csv.ts';

const width = 3;

function split(bytes: Buffer, cuts: readonly number[] = [], maxLineBytes = 1000): LandingRecord[] {
  const splitter = new CsvSplitter({
    delimiter: ',',
    quote: '"',
    maxLineBytes,
    header: false,
    layout: () => ({ positions: [0, 1, 2], width, least: width, extras: [], ignored: [] }),
    refuse: (problem) => {
      throw new Error(problem);
    },
  });
  const records: LandingRecord[] = [];
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    records.push(...splitter.push(bytes.subarray(from, cut)));
    from = Math.max(from, cut);
  }
  records.push(...splitter.push(bytes.subarray(from)), ...splitter.end());
  return records;
}

const shown = (text: string, max?: number) =>
  split(Buffer.from(text), [], max).map((r) => [r.line, r.fields ?? r.problem]);

describe('CsvSplitter', () => {
  it.each<[string, string, unknown]>([
    [
      'plain lines',
      'a,b,c\nd,e,f',
      [
        [1, ['a', 'b', 'c']],
        [2, ['d', 'e', 'f']],
      ],
    ],
    [
      'CRLF, LF and CR mixed',
      'a,b,c\r\nd,e,f\rg,h,i\n',
      [
        [1, ['a', 'b', 'c']],
        [2, ['d', 'e', 'f']],
        [3, ['g', 'h', 'i']],
      ],
    ],
    [
      'blank lines',
      '\n\na,b,c\n\r\n\nd,e,f\n\n',
      [
        [3, ['a', 'b', 'c']],
        [6, ['d', 'e', 'f']],
      ],
    ],
    ['a byte order mark', '\ufeffa,b,c', [[1, ['a', 'b', 'c']]]],
    ['empty fields, quoted or not', ',"",c', [[1, [null, null, 'c']]]],
    ['quotes', '"a,""b""",b"c," x "\n', [[1, ['a,"b"', 'b"c', ' x ']]]],
    [
      'line ends in quotes',
      '"a\r\nb",c,"d\n\ne"\nf,g,h',
      [
        [1, ['a\r\nb', 'c', 'd\n\ne']],
        [5, ['f', 'g', 'h']],
      ],
    ],
    [
      'too few and too many fields',
      'a,b\na,b,c,d\n',
      [
        [1, 'the record has 2 fields, not 3'],
        [2, 'the record has more than 3 fields'],
      ],
    ],
    [
      'text after a quote',
      '"a"b,c,d\ne,f,g',
      [
        [1, 'there is text after the closing quote of field 1'],
        [2, ['e', 'f', 'g']],
      ],
    ],
    [
      'a quote that is never closed',
      'a,b,c\nd,"e,f\ng,h,i\nj,k,l',
      [
        [1, ['a', 'b', 'c']],
        [2, 'the quote of field 2 is not closed'],
        [3, ['g', 'h', 'i']],
        [4, ['j', 'k', 'l']],
      ],
    ],
    [
      'a quote closed by the next one',
      'd,"e,f\ng,"h",i\n',
      [
        [1, 'the quote of field 2 is not closed'],
        [2, ['g', 'h', 'i']],
      ],
    ],
    [
      'a stray quote at the end of a later line',
      'd,"e,f\ng,h,i\nj,k,l"\n',
      [
        [1, 'a quote is not closed on this line'],
        [2, ['g', 'h', 'i']],
        [3, ['j', 'k', 'l"']],
      ],
    ],
    [
      'NUL',
      'a,\0,c\nd,e,f',
      [
        [1, 'byte 3 of the record is NUL'],
        [2, ['d', 'e', 'f']],
      ],
    ],
  ])('reads %s', (_, text, expected) => {
    expect(shown(text)).toEqual(expected);
  });

  it('cuts a line that is too long and reads on', () => {
    const records = split(
      Buffer.from(`a,b,c\n${'x'.repeat(5000)}\nd,e,f\n`),
      [100, 2000, 5006],
      50,
    );
    expect(records.map((r) => [r.line, r.fields ?? r.problem])).toEqual([
      [1, ['a', 'b', 'c']],
      [2, 'the line has 5000 bytes, more than max_line_bytes (50)'],
      [3, ['d', 'e', 'f']],
    ]);
    expect(records[1]?.raw).toBe(`${'x'.repeat(50)}… (cut: 5000 bytes)`);
  });

  it('gives an open quote up after max_line_bytes', () => {
    const lines = Array.from({ length: 100 }, (_, i) => `l${i},x,y`);
    const records = shown(`a,"b,c\n${lines.join('\n')}\n`, 60);
    expect(records[0]).toEqual([1, 'the quote of field 2 is not closed']);
    expect(records).toHaveLength(101);
  });

  it('names the byte that is not UTF-8 and keeps the rest', () => {
    const bytes = Buffer.concat([
      Buffer.from('é,b,'),
      Buffer.from([0xff, 0x0a]),
      Buffer.from('d,é,f'),
    ]);
    expect(split(bytes).map((r) => r.fields ?? r.problem)).toEqual([
      'byte 6 of the record is not UTF-8',
      ['d', 'é', 'f'],
    ]);
  });

  it('gives the same records wherever the chunks are cut', () => {
    const piece = fc.constantFrom(
      'a',
      'é',
      '€',
      '😀',
      ',',
      ',',
      '"',
      '"',
      '""',
      '\n',
      '\n',
      '\r\n',
      '\r',
      '\ufeff',
      '\0',
      'bc,de,f\n',
      '"g\nh",i,j\n',
      'x'.repeat(70),
    );
    const text = fc.array(piece, { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')));
    const damaged = fc.tuple(text, fc.option(fc.nat())).map(([bytes, at]) => {
      const copy = Buffer.from(bytes);
      if (at !== null && copy.length > 0) copy[at % copy.length] = 0xff;
      return copy;
    });
    fc.assert(
      fc.property(damaged, fc.array(fc.nat(200), { maxLength: 8 }), (bytes, cuts) => {
        const whole = split(bytes, [], 60);
        expect(
          split(
            bytes,
            cuts.map((cut) => cut % (bytes.length + 1)),
            60,
          ),
        ).toEqual(whole);
        expect(
          split(
            bytes,
            Array.from({ length: bytes.length }, (_, i) => i),
            60,
          ),
        ).toEqual(whole);
      }),
      { numRuns: 400 },
    );
  });

  it('reads back what an independent writer wrote, with the lines counted by it', () => {
    const field = fc.stringMatching(/^[a-c ,"\n\ré]{0,6}$/);
    const row = fc.record({
      fields: fc.array(field, { minLength: width, maxLength: width }),
      quoteAll: fc.boolean(),
      blanks: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), (rows, end) => {
        let text = '';
        let line = 1;
        const expected: unknown[] = [];
        for (const { fields, quoteAll, blanks } of rows) {
          const written = fields
            .map((f) => (quoteAll || /[",\n\r]/.test(f) ? `"${f.replaceAll('"', '""')}"` : f))
            .join(',');
          expected.push([line, fields.map((f) => (f === '' ? null : f))]);
          const record = written + end + end.repeat(blanks);
          line += record.match(/\r\n|\n|\r/g)?.length ?? 0;
          text += record;
        }
        expect(shown(text)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps the rows behind a line that is not UTF-8 and has lost a quote', () => {
    const bytes = Buffer.from('"1\xff,"a","b"\n"2","c","d"\n"3","e","two\nlines"\n', 'latin1');
    expect(split(bytes).map((r) => [r.line, r.fields ?? r.problem])).toEqual([
      [1, 'byte 3 of the record is not UTF-8'],
      [2, ['2', 'c', 'd']],
      [3, ['3', 'e', 'two\nlines']],
    ]);
  });

  it('keeps quoted rows between a stray quote and the field that closes it', () => {
    const text = '1,"a,b\n2,", c",d\n3,e,f\n';
    expect(shown(text)).toEqual([
      [1, 'a quote is not closed on this line'],
      [2, ['2', ', c', 'd']],
      [3, ['3', 'e', 'f']],
    ]);
  });
});
