import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonText, keptJson, parseJson } from './exact-json.ts';
import { LargeInteger } from './large-integer.ts';
import { entryNamed, hasTypedKey, keyText, keyValue, mappingKey } from './mapping-key.ts';
import { floatOf } from './whole-float.ts';
import { YamlTime } from './yaml-time.ts';

const odd = [
  'constructor',
  '__proto__',
  'toString',
  '10',
  '9',
  '007',
  '-1',
  '',
  '\0s10',
  '\0',
  '"',
  'a:b',
];
const texts = fc.oneof(fc.constantFrom(...odd), fc.string({ unit: 'binary' }));
const numbers = fc.oneof(
  fc.integer(),
  fc.bigInt().map((value) => LargeInteger.of(value)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(floatOf),
);
const keys = fc.oneof(
  texts,
  numbers,
  fc.boolean(),
  fc.constantFrom(null, new YamlTime('2024-01-01'), new YamlTime('2024-01-01T10:00:00')),
);
const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    texts.filter((text) => !text.startsWith('\0')),
    numbers,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(keys, tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries.map(([key, v]) => [mappingKey(key), v]))),
  ),
}));

test('a key is the same again after it was the name of a property', () => {
  fc.assert(
    fc.property(keys, (key) => {
      expect(keyValue(mappingKey(key))).toEqual(key);
    }),
  );
});

test('objects keep the order of all keys', () => {
  fc.assert(
    fc.property(fc.uniqueArray(keys, { selector: mappingKey }), (list) => {
      const mapping: Record<string, number> = {};
      for (const [i, key] of list.entries()) mapping[mappingKey(key)] = i;
      expect(Object.keys(mapping).map(keyValue)).toEqual(list);
    }),
  );
});

test('what is kept as JSON is read again as it was', () => {
  fc.assert(
    fc.property(values, (value) => {
      expect(parseJson(keptJson(value))).toEqual(value);
    }),
    { numRuns: 1000 },
  );
});

test('JSON for others has texts as keys and all digits of numbers', () => {
  const value = {
    [mappingKey(2)]: LargeInteger.of(9007199254740993n),
    [mappingKey('10')]: floatOf(1),
    [mappingKey('9')]: floatOf(1e22),
    [mappingKey('__proto__')]: { [mappingKey(true)]: 0.5, [mappingKey(null)]: [] },
  };
  const text = '{"2":9007199254740993,"10":1.0,"9":1e+22,"__proto__":{"true":0.5,"null":[]}}';
  expect(jsonText(value)).toBe(text);
  expect(jsonText(parseJson(text))).toBe(text);
  expect(parseJson('9007199254740993')).toEqual(LargeInteger.of(9007199254740993n));
  const spaced = parseJson(
    `{"a": 9007199254740993, "b": [1.0, 1e+16], "text": "${'x'.repeat(100)}"}`,
  );
  expect(jsonText(spaced)).toContain('{"a":9007199254740993,"b":[1.0,1e+16],');
  expect(jsonText(value, 1)).toContain('\n "10": 1.0,\n');
  fc.assert(
    fc.property(values, (any) => {
      const written = jsonText(any);
      expect(jsonText(parseJson(written))).toBe(jsonText(parseJson(jsonText(parseJson(written)))));
    }),
  );
});

test('a name is found whatever its key was read as', () => {
  const mapping = { [mappingKey(2024)]: 'a', [mappingKey('10')]: 'b', [mappingKey(true)]: 'c' };
  expect(['2024', '10', 'true', '9', 'toString'].map((name) => entryNamed(mapping, name))).toEqual([
    ...['a', 'b', 'c', undefined, undefined],
  ]);
  expect(Object.keys(mapping).map(keyText)).toEqual(['2024', '10', 'true']);
  expect([hasTypedKey([{ a: mapping }]), hasTypedKey({ [mappingKey('10')]: 1 })]).toEqual([
    true,
    false,
  ]);
});
