import { expect, test } from 'vitest';
import { jsonText, parseJson } from './exact-json.ts';
import { floatOf, WholeFloat } from './whole-float.ts';

test('a whole float is a number to JSON, and a float to the text that is kept', () => {
  const value = { a: floatOf(1), b: [floatOf(-2), 3, floatOf(2.5)], c: { d: floatOf(-0) } };
  expect(JSON.stringify(value)).toBe('{"a":1,"b":[-2,3,2.5],"c":{"d":0}}');
  const text = '{"a":1.0,"b":[-2.0,3,2.5],"c":{"d":-0.0}}';
  expect(jsonText(value)).toBe(text);
  expect(parseJson(text)).toEqual(value);
});

test('texts that look like floats stay texts', () => {
  const value = {
    sql: 'x in (:1.0, [2.0])',
    quoted: '",1.0,"',
    back: '\\',
    list: ['1.0', '[1.0]'],
  };
  expect(parseJson(jsonText(value))).toEqual(value);
  const both = { ...value, float: floatOf(7), last: '\\"' };
  expect(parseJson(jsonText(both))).toEqual(both);
});

test('large floats are written with an exponent; sums are those of the number', () => {
  expect(String(floatOf(1e16))).toBe('1e+16');
  expect(parseJson(jsonText({ a: floatOf(1e22) }))).toEqual({ a: new WholeFloat(1e22) });
  expect(Number(floatOf(3))).toBe(3);
  expect(String(new WholeFloat(3))).toBe('3.0');
});
