import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isTsdbtError } from '../errors/tsdbt-error.ts';
import { processorMs } from '../testing/processor-time.ts';
import { parseYaml, type YamlFile } from './yaml-file.ts';

const seed = Number(process.env['TSDBT_FUZZ_SEED'] ?? 20_260_101);
const numRuns = Number(process.env['TSDBT_FUZZ_RUNS'] ?? 5000);

/** Pieces of YAML, right and wrong: whatever order they stand in, the reader must answer. */
const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'name', 'models', 'x y', '1', 'true', '~', '-1.5') },
  { weight: 6, arbitrary: fc.constantFrom(': ', ':', '\n', '\n  ', '\n    ', '\n- ', '- ', ' ') },
  {
    weight: 3,
    arbitrary: fc.constantFrom('[', ']', '{', '}', ', ', '"', "'", '|\n  ', '>-\n ', '# c\n'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '&x ',
      '*x',
      '<<: *x',
      '!!str ',
      '!t ',
      '? ',
      '---\n',
      '...\n',
      '%Y',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\t', '\r\n', '\u0000', '\ufeff', '\u2028', '\ud800', '🙂', '\\u0'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('__proto__: ', 'constructor: ', 'toString: ', '{{ x }}'),
  },
  fc.string({ unit: 'binary', maxLength: 5 }),
);

const brackets = fc
  .tuple(
    fc.constantFrom('[', '{a: ', '- ', '? ', '[{', '{[', '!t ['),
    fc.integer({ min: 1, max: 3000 }),
  )
  .map(([open, times]) => open.repeat(times));

/** Each alias stands for ten of the one before: 10⁹ values in 400 characters. */
const bomb = fc.integer({ min: 2, max: 9 }).map((levels) =>
  Array.from({ length: levels }, (_, i) =>
    i === 0
      ? 'a0: &a0 [x, x]'
      : `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
  ).join('\n'),
);

const document = fc.oneof(
  { weight: 30, arbitrary: fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')) },
  { weight: 3, arbitrary: fc.tuple(brackets, fc.array(piece)).map(([a, b]) => a + b.join('')) },
  { weight: 1, arbitrary: bomb },
);

/** Paths to look up: there, not there, and through values that have no parts. */
const path = fc.array(
  fc.oneof(fc.nat(3), fc.constantFrom('a', 'name', 'models', '__proto__', 'toString')),
  { maxLength: 4 },
);

function read(text: string, dbt: boolean): YamlFile | undefined {
  try {
    return parseYaml(text, 'f.yml', { dbt });
  } catch (error) {
    expect(isTsdbtError(error)).toBe(true);
    if (!isTsdbtError(error)) return undefined;
    expect(['yaml-syntax', 'yaml-limit']).toContain(error.name);
    expect(error.location?.file).toBe('f.yml');
    return undefined;
  }
}

describe('any text read as YAML', () => {
  test('gives a value or an error with its file, and leaves the prototypes alone', {
    timeout: 0,
  }, () => {
    fc.assert(
      fc.property(document, fc.boolean(), path, (text, dbt, steps) => {
        const used = processorMs(() => {
          const line = read(text, dbt)?.locate(steps).line;
          expect(line === undefined || line >= 1).toBe(true);
        });
        expect(used).toBeLessThan(2000);
        expect(Object.keys(Object.prototype)).toEqual([]);
        expect(({} as Record<string, unknown>)['a']).toBeUndefined();
      }),
      { seed, numRuns },
    );
  });

  test.each([
    ['[', ''],
    ['{a: ', ''],
    ['[{a: ', ''],
    ['- ', ''],
    ['!x [', ']'],
  ])('two documents of %j, nested 2,000 deep, are refused and the process lives', (open, close) => {
    const deep = open.repeat(2000) + close.repeat(2000);
    // A list may not begin behind a key, on its line.
    const second = open === '- ' ? `a:\n  ${deep}\nb:\n  ${deep}\n` : `a: ${deep}\nb: ${deep}\n`;
    for (const text of [deep, second]) {
      expect(() => parseYaml(text, 'f.yml')).toThrow(/nested \d+ levels deep, 64 are allowed/);
    }
  });
});

test('a template without quotes is named, with its place', () => {
  const read = () =>
    parseYaml("models:\n  - name: a\n    config:\n      tags: {{ var('t') }}\n", 'f.yml');
  expect(read).toThrow(/must stand in quotes/);
  try {
    read();
  } catch (error) {
    expect(isTsdbtError(error) && error.location).toEqual({ file: 'f.yml', line: 4, column: 14 });
  }
});
