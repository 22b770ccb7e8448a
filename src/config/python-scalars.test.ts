import { describe, expect, test } from 'vitest';
import { floatOf } from '../util/whole-float.ts';
import { parseFullYaml, parseYaml } from './yaml-file.ts';

// What PyYAML's safe loader gives; of times what dbt makes of them.
const read: readonly (readonly [string, unknown])[] = [
  ['1.0', floatOf(1)],
  ['1.', floatOf(1)],
  ['-0.0', floatOf(-0)],
  ['+1.50', 1.5],
  ['.5', 0.5],
  ['1.5e+3', floatOf(1500)],
  ['1.e-1', 0.1],
  ['1_0.5', 10.5],
  ['1:30.5', 90.5],
  ['1e3', '1e3'],
  ['12e+1', '12e+1'],
  ['._1', '._1'],
  ['1_000', 1000],
  ['010', 8],
  ['08', '08'],
  ['0o7', '0o7'],
  ['0x1F', 31],
  ['0b11', 3],
  ['-1:30', -90],
  ['2020-01-31', '2020-01-31'],
  ['2020-01-31 1:02:03', '2020-01-31T01:02:03'],
  ['2020-01-31T10:02:03.25', '2020-01-31T10:02:03.250000'],
  ['2020-01-31 10:02:03 -5', '2020-01-31T10:02:03-05:00'],
  ['2020-01-31 10:02:03Z', '2020-01-31T10:02:03+00:00'],
  ['-.inf', Number.NEGATIVE_INFINITY],
];

describe('unquoted texts as dbt reads them', () => {
  test.each(read)('%s', (text, value) => {
    for (const parse of [parseYaml, parseFullYaml]) {
      expect(parse(`a: ${text}\nb: '${text}'\n`, 'f.yml', { dbt: true }).value).toEqual({
        a: value,
        b: text,
      });
      expect(parse(`a: [${text}]\n`, 'f.yml', { dbt: true }).value).toEqual({ a: [value] });
    }
  });

  test('an explicit tag decides', () => {
    expect(parseYaml('a: !!int "5"\nb: !!str 1.0\n', 'f.yml', { dbt: true }).value).toEqual({
      a: 5,
      b: '1.0',
    });
  });

  test('a project of our own reads YAML 1.2, with floats that stay floats', () => {
    expect(parseYaml('a: [1.0, 1e3, 010, 1_000, 1.5]\n', 'f.yml').value).toEqual({
      a: [floatOf(1), floatOf(1000), 10, '1_000', 1.5],
    });
  });
});
