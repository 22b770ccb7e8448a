import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readColumns } from '../source/landing-columns.ts';
import { plainValues } from '../values/value-settings.ts';
import { jsonReader } from './json-fields.ts';
import { JsonArraySplitter } from './split-json-array.ts';

const columns = readColumns([{ name: 'a' }, { name: 'b' }], plainValues, (problem) => {
  throw new Error(problem);
});

function split(bytes: Buffer, cuts: readonly number[] = [], maxBytes = 200) {
  const unknown: string[] = [];
  const incomplete: string[] = [];
  const splitter = new JsonArraySplitter({
    reader: jsonReader({ columns, newColumn: 'ignore' }, (key) => unknown.push(key)),
    maxBytes,
    refuse: (problem) => {
      throw new Error(problem);
    },
    onIncomplete: (problem) => incomplete.push(problem),
  });
  const records = [];
  let from = 0;
  for (const cut of [...cuts].sort((x, y) => x - y)) {
    records.push(...splitter.push(bytes.subarray(from, cut)));
    from = Math.max(from, cut);
  }
  records.push(...splitter.push(bytes.subarray(from)), ...splitter.end());
  return { records, unknown, incomplete };
}

const shown = (text: string) =>
  split(Buffer.from(text)).records.map((r) => [r.line, r.fields ?? r.raw]);

describe('JsonArraySplitter', () => {
  it.each<[string, string, unknown]>([
    ['an empty array', ' [ ] ', []],
    ['nothing', ' \n', []],
    [
      'elements in any layout',
      '\ufeff[{"a":1,"b":"x"},\n\n {"b":[1, {"c":"],"}],"a":1.50}]',
      [
        [1, ['1', 'x']],
        [3, ['1.50', '[1, {"c":"],"}]']],
      ],
    ],
    ['escapes', '[{"a":"\\"\\u00e9\\\\","\\u0062":true}]', [[1, ['"é\\', 'true']]]],
    [
      'exact numbers',
      '[{"a":12345678901234567890.10,"b":-1E+5}]',
      [[1, ['12345678901234567890.10', '-1E+5']]],
    ],
    ['keys of any name', '[{"a":1,"__proto__":3}]', [[1, ['1', null]]]],
    ['a key that is there twice', '[{"a":1,"a":2}]', [[1, '{"a":1,"a":2}']]],
    [
      'elements that are no objects',
      '[1,null,[{}],{"a":0}]',
      [
        [1, '1'],
        [1, 'null'],
        [1, '[{}]'],
        [1, ['0', null]],
      ],
    ],
    [
      'broken elements',
      '[{"a":NaN},\n{"a" 1},{"a":3} {"a":4},{"a":5}]',
      [
        [1, '{"a":NaN}'],
        [2, '{"a" 1}'],
        [2, '{"a":3}'],
        [2, ['4', null]],
        [2, ['5', null]],
      ],
    ],
    [
      'missing elements',
      '[{"a":1},,{"a":2},]',
      [
        [1, ['1', null]],
        [1, ''],
        [1, ['2', null]],
        [1, ''],
      ],
    ],
    [
      'a file that ends early',
      '[{"a":1},\n{"a":',
      [
        [1, ['1', null]],
        [2, '{"a":'],
      ],
    ],
    [
      'an array that is not closed',
      '[{"a":1}\n',
      [
        [1, ['1', null]],
        [2, ''],
      ],
    ],
    [
      'text after the array',
      '[{"a":1}] x\n',
      [
        [1, ['1', null]],
        [1, 'x'],
      ],
    ],
    [
      'characters that are no text',
      '[{"a":"\\u0000"},{"a":"\\ud800"}]',
      [
        [1, '{"a":"\\u0000"}'],
        [1, '{"a":"\\ud800"}'],
      ],
    ],
  ])('reads %s', (_, text, expected) => {
    expect(shown(text)).toEqual(expected);
  });

  it('refuses what is not an array', () => {
    expect(() => shown('{"a":1}')).toThrow(/not a JSON array/);
  });

  it('cuts an element that is too long and reads on', () => {
    const text = `[{"a":"${'x'.repeat(500)}"},{"a":1}]`;
    const { records } = split(Buffer.from(text), [50, 300, 400]);
    expect(records.map((r) => r.fields ?? r.problem)).toEqual([
      'the record has 508 bytes, more than max_line_bytes (200)',
      ['1', null],
    ]);
  });

  it('survives deep nesting', () => {
    const text = `[{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}]`;
    expect(split(Buffer.from(text), [], 1e6).records).toHaveLength(1);
  });

  it('gives the same records wherever the chunks are cut', () => {
    const piece = fc.constantFrom(
      '{"a":1}',
      '{"a":"é,]"}',
      ',',
      ',',
      '[',
      ']',
      '{',
      '}',
      '"',
      '\\',
      '\n',
      ' ',
      '😀',
      `{"b":"${'y'.repeat(60)}"}`,
    );
    const body = fc
      .array(piece, { maxLength: 30 })
      .map((parts) => Buffer.from(`[${parts.join('')}`));
    fc.assert(
      fc.property(body, fc.array(fc.nat(200), { maxLength: 6 }), (bytes, cuts) => {
        const whole = split(bytes, [], 50);
        expect(
          split(
            bytes,
            cuts.map((cut) => cut % (bytes.length + 1)),
            50,
          ),
        ).toEqual(whole);
        expect(
          split(
            bytes,
            Array.from({ length: bytes.length }, (_, i) => i),
            50,
          ),
        ).toEqual(whole);
      }),
      { numRuns: 400 },
    );
  });

  it('agrees with JSON.parse on valid arrays', () => {
    const value = fc.jsonValue({ maxDepth: 3 });
    const object = fc.record({ a: value, b: value, c: value }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(object, { maxLength: 6 }), fc.nat(2), (list, indent) => {
        const { records } = split(Buffer.from(JSON.stringify(list, null, indent)), [], 1e6);
        const text = (item: unknown) =>
          item === undefined || item === null
            ? null
            : compact(typeof item === 'string' ? item : JSON.stringify(item));
        expect(records.map((r) => r.fields?.map((f) => (f === null ? null : compact(f))))).toEqual(
          list.map(({ a, b }) => [text(a), text(b)]),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('numbers the records behind a broken one without a gap', () => {
    const { records } = split(Buffer.from('[{"a":1,"b},{"a":2},{"a":3}]'));
    expect(records.map(({ record, fields }) => [record, fields?.[0]])).toEqual([
      [1, undefined],
      [2, '2'],
      [3, '3'],
    ]);
  });

  it('finds the next record when the first one is broken at its first key', () => {
    const { records } = split(Buffer.from('[{"a"x":1},{"a":2,"b":"x"},{"a":3}]'));
    expect(records.map(({ fields }) => fields?.[0])).toEqual([undefined, '2', '3']);
  });

  it('goes on behind a bracket that closes the array too early, and says so', () => {
    const { records, incomplete } = split(Buffer.from('[{"a":1}],{"a":2},\n{"a":3}] {"a":4}]'));
    expect(records.map(({ record, fields }) => [record, fields?.[0]])).toEqual([
      [1, '1'],
      [2, '2'],
      [3, '3'],
      [4, '4'],
    ]);
    expect(incomplete).toEqual([
      'the array is closed before its last record (bytes 10 to 36, from line 1): records may be missing',
    ]);
  });

  it('keeps the records behind a stray bracket', () => {
    const { records } = split(Buffer.from('[{"a":1},[{"a":2},{"a":3},{"a":4}]'));
    expect(records.map(({ fields }) => fields?.[0])).toEqual(['1', undefined, '3', '4']);
  });

  it('leaves a list that is whole as the one record that it is', () => {
    const { records } = split(Buffer.from('[{"a":1},[{"a":2},{"a":3}],{"a":4}]'));
    expect(records.map(({ fields }) => fields?.[0])).toEqual(['1', undefined, '4']);
  });
});

/** JSON text without its white space; other text as it is. */
function compact(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}
