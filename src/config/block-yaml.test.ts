import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBlockYaml } from './block-yaml.ts';
import { parseFullYaml, parseYaml, type YamlPath } from './yaml-file.ts';

const words = [
  ...['a', 'text of words', 'true', 'No', 'off', 'null', '~', '', '0', '-1', '12', '1.50', '-0'],
  ...[
    '1e3',
    '0x1f',
    '0o7',
    '.5',
    '+1',
    '.inf',
    '2024-01-01',
    '1.2.3',
    '10:30',
    'a:b',
    'a: b',
    'b:',
  ],
  ...["'it''s'", "'open", '"quoted # text"', '"a\\nb"', '"a" b', 'text # comment', 'a#b', '#c'],
  ...['[]', '{}', '[a, 1, true]', '[\'x\', "y"]', '[a, ]', '[[a], {b: c}]', '{a: 1, b: [2]}'],
  ...[
    '{a: b, a: c}',
    '{a}',
    '{a: }',
    '[a: b]',
    '[a',
    '|',
    '>-',
    '&x a',
    '*x',
    '!t a',
    '- a',
    '? a',
  ],
  ...[
    '{{ ref(1) }}',
    '"{{ doc(\'x\') }}"',
    '@a',
    '`a',
    '%a',
    ', a',
    '] a',
    'ü – é',
    '日本',
    '🙂 a',
  ],
  ...['text\u00a0', '[ a , b ]', '{ a: b }', '[yes, NO]', '1 #', '"a"#', "'a' #b", '\ta', 'a  '],
];
const keys = [
  ...['name', 'data_tests', '+schema', 'a-b', 'x.y', 'yes', 'null', 'two words', '"q"', '1', '<<'],
  ...['+1', '__proto__', 'constructor', 'On', 'é'],
];

/** A document as lines; `indent` is where its keys stand. Most of it is right, some is not. */
const document: fc.Arbitrary<string> = fc
  .letrec<{ block: (indent: number) => string }>((tie) => ({
    block: fc
      .array(
        fc.record({
          key: fc.oneof(
            { weight: 6, arbitrary: fc.constantFrom(...keys.slice(0, 5)) },
            fc.constantFrom(...keys),
          ),
          suffix: fc.nat(30),
          word: fc.oneof(
            { weight: 3, arbitrary: fc.constantFrom(...words.slice(0, 24)) },
            fc.constantFrom(...words),
          ),
          kind: fc.constantFrom(
            'value',
            'value',
            'value',
            'mapping',
            'list',
            'items',
            'comment',
            'blank',
          ),
          nested: fc.option(tie('block'), { depthSize: 'small', nil: () => '' }),
          extra: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1),
        }),
        { minLength: 1, maxLength: 4 },
      )
      .map((entries) => (indent: number) => {
        const at = ' '.repeat(indent);
        return entries
          .map(({ key, suffix, word, kind, nested, extra }) => {
            const name = suffix < 3 ? key : `${key}${suffix}`;
            const inner = nested(indent + 2 + extra);
            if (kind === 'mapping') return `${at}${name}:\n${inner}`;
            if (kind === 'list')
              return `${at}${name}:\n${at}${extra ? '' : '  '}- ${nested(indent + 4).trimStart()}`;
            if (kind === 'items') return `${at}${name}: # list\n${at}- ${word}\n${at}- ${word}\n`;
            if (kind === 'comment') return `${at}# ${word}\n`;
            if (kind === 'blank') return `${' '.repeat(extra)}\n`;
            return `${at}${' '.repeat(extra)}${name}: ${word}\n`;
          })
          .join('');
      }),
  }))
  .block.map((block) => block(0));

function pathsOf(value: unknown, path: YamlPath = []): YamlPath[] {
  if (typeof value !== 'object' || value === null) return [path, [...path, 'none']];
  return [
    path,
    ...Object.entries(value).flatMap(([k, v]) =>
      pathsOf(v, [...path, Array.isArray(value) ? Number(k) : k]),
    ),
  ];
}

describe('readBlockYaml', () => {
  test('what it reads is what the full parser reads, at the same places', () => {
    let read = 0;
    fc.assert(
      fc.property(document, fc.boolean(), (text, dbt) => {
        if (readBlockYaml(text, dbt) === undefined) return;
        read++;
        const full = parseFullYaml(text, 'a.yml', { dbt });
        const quick = parseYaml(text, 'a.yml', { dbt });
        expect(quick.value).toEqual(full.value);
        for (const path of pathsOf(full.value)) {
          expect([path, quick.locate(path)]).toEqual([path, full.locate(path)]);
        }
      }),
      { numRuns: 4000 },
    );
    expect(read).toBeGreaterThan(400);
  });

  test('a property file as they are written is read without the full parser', () => {
    const text = `version: 2

models:
  # the orders
  - name: orders
    description: "One row for each order: {{ doc('orders') }}"
    config: {tags: [a, 'b'], enabled: true}
    columns:
    - name: id   # the key
      description: It's the key
      data_tests:
        - unique
        - relationships:
            arguments:
              to: ref('customers')
              field: id
`;
    expect(readBlockYaml(text, true)?.value).toEqual({
      version: 2,
      models: [
        {
          name: 'orders',
          description: "One row for each order: {{ doc('orders') }}",
          config: { tags: ['a', 'b'], enabled: true },
          columns: [
            {
              name: 'id',
              description: "It's the key",
              data_tests: [
                'unique',
                { relationships: { arguments: { to: "ref('customers')", field: 'id' } } },
              ],
            },
          ],
        },
      ],
    });
  });

  test.each([
    ['an anchor', 'a: &x 1\nb: *x\n'],
    ['a block text', 'a: |\n  b\n'],
    ['a text over two lines', 'a: b\n  c\n'],
    ['a repeated key', 'a: 1\na: 2\n'],
    ['a tab', 'a:\tb\n'],
    ['two documents', 'a: 1\n---\nb: 2\n'],
    ['a wrong indent', 'a:\n  b: 1\n c: 2\n'],
    ['nothing', '# only a comment\n'],
    [
      'nesting without an end',
      Array.from({ length: 40 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
    ],
  ])('%s is left to the full parser', (_what, text) => {
    expect(readBlockYaml(text, true)).toBeUndefined();
  });
});
