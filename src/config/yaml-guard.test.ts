import { describe, expect, test } from 'vitest';
import { mappingKey } from '../util/mapping-key.ts';
import { parseYaml } from './yaml-file.ts';
import { guardYaml } from './yaml-guard.ts';

describe('depth', () => {
  test.each([
    ['flow lists', `${'['.repeat(2000)}${']'.repeat(2000)}`],
    ['flow mappings', `${'{a: '.repeat(2000)}1${'}'.repeat(2000)}`],
    ['compact lists', `${'- '.repeat(2000)}x`],
    ['block mappings', Array.from({ length: 200 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['brackets over many lines', `${'[\n'.repeat(500)}${']\n'.repeat(500)}`],
  ])('%s are refused before a parser sees them', (_what, text) => {
    expect(() => guardYaml(text, 'a.yml')).toThrow(/over a limit: nested/);
    // The parser is not reached: two such documents in one process would abort it.
    expect(() => parseYaml(text, 'a.yml')).toThrow(/over a limit/);
    expect(() => parseYaml(text, 'a.yml')).toThrow(/over a limit/);
  });

  test.each([
    ['brackets in text', `a: "${'['.repeat(500)}"`],
    ['brackets in a comment', `a: 1 # ${'['.repeat(500)}`],
    ['an apostrophe inside a word', "a: it's [1, 2]\nb: [3]"],
    ['many siblings', Array.from({ length: 5000 }, (_, i) => `k${i}: [a, {b: c}]`).join('\n')],
  ])('%s are fine', (_what, text) => {
    expect(() => guardYaml(text, 'a.yml')).not.toThrow();
  });
});

test('size', () => {
  expect(() => guardYaml(`a: ${'x'.repeat(5_000_000)}`, 'a.yml')).toThrow(/4194304 are allowed/);
});

test('aliases that expand without end are refused', () => {
  const bomb = [
    'a0: &a0 [x, x]',
    ...Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`),
  ].join('\n');
  expect(() => parseYaml(bomb, 'bomb.yml')).toThrow(/over a limit/);
});

test('__proto__ is data', () => {
  const value = parseYaml('__proto__:\n  polluted: true\n', 'a.yml').value as object;
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  expect(Object.keys(value)).toEqual([mappingKey('__proto__')]);
});

test('a key that comes twice has its place', () => {
  expect(() => parseYaml('a: 1\nb: 2\na: 3\n', 'a.yml')).toThrow(
    expect.objectContaining({
      name: 'yaml-syntax',
      location: { file: 'a.yml', line: 3, column: 1 },
    }),
  );
});

test('places of values', () => {
  const file = parseYaml('models:\n  - name: a\n    columns:\n      - name: id\n', 'a.yml');
  expect(file.locate(['models', 0, 'columns', 0, 'name'])).toEqual({
    file: 'a.yml',
    line: 4,
    column: 9,
  });
  expect(file.locate(['models', 0, 'nothing'])).toEqual({ file: 'a.yml', line: 2, column: 5 });
});

test('lines of a flow value that stand too far left: read for dbt, else told where they are written', () => {
  const text = 'models:\n  - name: a\n    tags: [x,\ny\n]\n';
  const read = parseYaml(text, 'a.yml', { dbt: true });
  expect(read.value).toEqual({ models: [{ name: 'a', tags: ['x', 'y'] }] });
  expect(read.locate(['models', 0, 'tags', 1])).toEqual({ file: 'a.yml', line: 4, column: 1 });
  const open = text.replace('\n]', '\nz: {');
  const problem = (dbt: boolean) => {
    try {
      return parseYaml(open, 'a.yml', { dbt }).value;
    } catch (error) {
      return (error as { location?: unknown }).location;
    }
  };
  expect(problem(true)).toMatchObject({ file: 'a.yml', line: 4, column: 1 });
  expect(problem(true)).toEqual(problem(false));
});

test('so are lines of a text in quotes', () => {
  const text =
    "models:\n  - name: \"a\n  b \\\" c\\\n  d\n\n  e\"\n    description: 'it''s\nlong'\n    group: g\n";
  const read = parseYaml(text, 'a.yml', { dbt: true });
  expect(read.value).toEqual({
    models: [{ name: 'a b " cd\ne', description: "it's long", group: 'g' }],
  });
  expect(read.locate(['models', 0, 'group'])).toEqual({ file: 'a.yml', line: 9, column: 5 });
  expect(() => parseYaml(text, 'a.yml')).toThrow('Missing closing "quote');
  const open = 'models:\n  - name: "a\n  b\n    group: g\n';
  expect(() => parseYaml(open, 'a.yml', { dbt: true })).toThrow('Missing closing "quote');
});

test('a long file with many such lines is not read again and again', () => {
  const text = `a: [\n${'x,\n'.repeat(100_000)}`;
  expect(() => parseYaml(text, 'a.yml', { dbt: true })).toThrow(/a\.yml|YAML/);
});
