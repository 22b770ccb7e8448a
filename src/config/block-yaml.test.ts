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
    '1_000',
    '010',
    '08',
    '1:30.5',
    '-0.0',
    '3.0',
    '2020-01-01 10:00:00',
    'a:b',
    'a: b',
    'b:',
  ],
  ...["'it''s'", "'open", '"quoted # text"', '"a\\nb"', '"a" b', 'text # comment', 'a#b', '#c'],
  ...[
    '1.2.3.',
    '.5.',
    '1.',
    '1.5e3',
    '"\\\\ \\""',
    '[a,]',
    '{"a b": 1}',
    '{"a":1}',
    "{'a': 1,}",
    '[a,b,,]',
  ],
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
  ...[
    'name',
    'data_tests',
    '+schema',
    'a-b',
    'x.y',
    '"a:b c"',
    "'s'",
    'yes',
    'null',
    'two words',
    '"q"',
    '1',
    '<<',
  ],
  ...['+1', '__proto__', 'constructor', 'On', 'é'],
];

/** Lines of texts, with what may stand in them that means something elsewhere. */
const textLine = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('some text', 'a', 'b.', "it's", '"q"', 'more  ', '') },
  fc.constantFrom(
    '',
    '- a',
    '# b',
    'a # b',
    'k: v',
    'k:',
    ': x',
    '[a',
    '{{ b }}',
    '*x',
    '| c',
    '1',
  ),
  fc.constantFrom(
    "''",
    "'",
    '"',
    '\\n',
    '\\"',
    '\\\\',
    'x\\',
    '\\q',
    ',',
    ']',
    'é',
    '?',
    '    ',
    '@',
  ),
);
const textLines = fc.array(fc.tuple(fc.constantFrom(0, 0, 0, 0, 1, 2, -1, -3), textLine), {
  minLength: 1,
  maxLength: 5,
});
const name = fc.constantFrom('x', 'y', 'a_1');

/** What may stand behind a key or a dash in a column, to the end of its last line. */
const longValue: fc.Arbitrary<(indent: number) => string> = fc
  .record({
    start: fc.constantFrom(
      '|',
      '>',
      '|-',
      '>-',
      '> # c',
      '"',
      "'",
      'text ',
      'a',
      '[',
      '{',
      '',
      '\n',
    ),
    odd: fc.constantFrom('', '', '', '', '', '|+', '>2', '|#', '&x |', '&y "', '- ', '-', '  '),
    lines: textLines,
    word: fc.constantFrom(...words),
    wide: fc.nat(3),
    close: fc.constantFrom('', '', ' # c', ' ', '\n', '\n\n', 'x', '\n# c', '\n   # c'),
  })
  .map(({ start, odd, lines, word, wide, close }) => (indent) => {
    const first = odd || start;
    const at = (more: number) => ' '.repeat(Math.max(0, indent + more));
    const under = lines.map(([more, line]) => (line === '' ? '' : `${at(1 + wide + more)}${line}`));
    const quote = /["']$/.exec(first)?.[0] ?? '';
    if (first === '[' || first === '{') {
      const entries = lines.map(([more, line], index) => {
        const own = /^[a-z]/.test(line) ? line.trimEnd() : word;
        return `${at(1 + wide + more)}${first === '[' ? own : `k${index}: ${own}`}`;
      });
      const end = first === '[' ? ']' : '}';
      const comma = close === ' ' ? ',' : close === ' # c' ? ' # c' : '';
      return `${first}${wide === 3 ? ' # c' : ''}\n${entries.join(wide === 2 ? ',\n\n' : ',\n')}${comma}\n${at(wide)}${end}${close}\n`;
    }
    if (quote !== '') return `${first}${under.join('\n').trimStart()}${quote}${close}\n`;
    if (/[|>]/.test(first)) return `${first}\n${under.join('\n')}${close}\n`;
    return `${first}${under.join('\n').trimStart()}${close}\n`;
  });

interface Entry {
  key: string;
  suffix: number;
  word: string;
  kind: string;
  nested: ((indent: number) => string) | null;
  extra: number;
  long: (indent: number) => string;
  anchor: string;
}

const kinds = [
  ...['value', 'value', 'value', 'mapping', 'list', 'items', 'comment', 'blank'],
  ...['long', 'long', 'long item', 'anchor', 'anchor item', 'anchor list', 'alias', 'alias item'],
];

function entryText(entry: Entry, indent: number): string {
  const { key, suffix, word, kind, nested, extra, long, anchor } = entry;
  const at = ' '.repeat(indent);
  const name =
    suffix < 3 ? key : `${key.replace(/"$/, '')}${suffix}${key.endsWith('"') ? '"' : ''}`;
  const inner = (column: number) => nested?.(column) ?? '';
  const dash = `${at}${name}:\n${at}${extra ? '' : '  '}- `;
  const column = indent + (extra ? 0 : 2);
  switch (kind) {
    case 'mapping':
      return `${at}${name}:\n${inner(indent + 2 + extra)}`;
    case 'list':
      return `${dash}${inner(indent + 4).trimStart()}`;
    case 'items':
      return `${at}${name}: # list\n${at}- ${word}\n${at}- ${word}\n`;
    case 'comment':
      return `${at}# ${word}\n`;
    case 'blank':
      return `${' '.repeat(extra)}\n`;
    case 'long':
      return `${at}${name}: ${long(indent)}`;
    case 'long item':
      return `${dash}${long(column)}`;
    case 'anchor':
      return `${at}${name}: &${anchor} ${suffix % 2 ? word : ''}\n${suffix % 2 ? '' : inner(indent + 2)}`;
    case 'anchor item':
      return `${dash}&${anchor}${extra ? ' # c' : ''}\n${inner(column + 2)}`;
    case 'anchor list':
      return `${at}${name}: &${anchor}\n${at}${extra ? '' : ' '}- ${word}\n`;
    case 'alias':
      return `${at}${name}: *${anchor}${extra ? ' # c' : ''}\n`;
    case 'alias item':
      return `${dash}*${anchor}\n${' '.repeat(column)}- ${word}\n`;
    default:
      return `${at}${' '.repeat(extra)}${name}${extra ? ' ' : ''}: ${word}\n`;
  }
}

/** A document as lines; `indent` is where its keys stand. Most of it is right, some is not. */
const document: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', '', '', '---\n', '# a\n---\n'),
    fc.letrec<{ block: (indent: number) => string }>((tie) => ({
      block: fc
        .array(
          fc.record({
            key: fc.oneof(
              { weight: 9, arbitrary: fc.constantFrom(...keys.slice(0, 6)) },
              fc.constantFrom(...keys),
            ),
            suffix: fc.nat(30),
            word: fc.oneof(
              { weight: 3, arbitrary: fc.constantFrom(...words.slice(0, 24)) },
              fc.constantFrom(...words),
            ),
            kind: fc.constantFrom(...kinds),
            nested: fc.option(tie('block'), { depthSize: 'small' }),
            extra: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 1),
            long: longValue,
            anchor: name,
          }),
          { minLength: 1, maxLength: 4 },
        )
        .map(
          (entries) => (indent: number) =>
            entries.map((entry) => entryText(entry, indent)).join(''),
        ),
    })).block,
    fc.boolean(),
  )
  .map(([head, block, isCut]) => head + (isCut ? block(0).replace(/\n$/, '') : block(0)));

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
      { numRuns: 6000 },
    );
    expect(read).toBeGreaterThan(400);
  });

  test('an anchor that is there again is no value without an end', () => {
    const text = 'a: &y\n  b: &y\n    c: 1\n  d:\n    - *y\n';
    expect(parseFullYaml(text, 'a.yml', { dbt: false }).value).toEqual({
      a: { b: { c: 1 }, d: [{ c: 1 }] },
    });
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

  test('texts over several lines, anchors and flow values over several lines are read', () => {
    const text = `---
columns:
  - &id
    name: id   # the key
    description: >
      One row
      for each order:

      - "paid"
        or not

    tags: [
      a,
      'b', # and
    ]
  - *id
plain: some words
  and more

  words
quoted: "said \\"no\\"
  twice\\n"
last: |-
  {% if x %}
    # y: 1
  {% endif %}
`;
    const id = {
      name: 'id',
      description: 'One row for each order:\n- "paid"\n  or not\n',
      tags: ['a', 'b'],
    };
    expect(readBlockYaml(text, true)?.value).toEqual({
      columns: [id, id],
      plain: 'some words and more\nwords',
      quoted: 'said "no" twice\n',
      last: '{% if x %}\n  # y: 1\n{% endif %}',
    });
    const file = parseYaml(text, 'a.yml', { dbt: true });
    expect(file.locate(['columns', 1, 'name'])).toEqual({ file: 'a.yml', line: 16, column: 5 });
  });

  test('lines that end as those of Windows are read like others', () => {
    const text = 'models:\n  - name: a\n    description: |\n      one\n      two\n    tags: [x]\n';
    const windows = parseYaml(text.replaceAll('\n', '\r\n'), 'a.yml', { dbt: true });
    const other = parseYaml(text, 'a.yml', { dbt: true });
    expect(windows.value).toEqual(other.value);
    for (const path of pathsOf(other.value))
      expect(windows.locate(path)).toEqual(other.locate(path));
  });

  test.each([
    ['an anchor inside another of its name', 'a: &x\n  b: &x 1\nc: *x\n', { a: { b: 1 }, c: 1 }],
    ['a block text at the end of a file', 'a: |\n  b\n\n# c\n', { a: 'b' }],
  ])('%s', (_what, text, value) => {
    expect(readBlockYaml(text, true)?.value).toEqual(value);
  });

  test.each([
    ['an alias of nothing', 'a: *x\n'],
    ['an anchor that means itself', 'a: &x 1\nb: &x\n  - *x\n'],
    ['an anchor that has an alias in it', 'a: &x 1\nb: &y [a, b]\nc: &z\n  - *x\nd: *z\n'],
    ['more aliases than the full parser takes', `a: &x 1\nb:\n${'- *x\n'.repeat(100)}`],
    ['a merge key', 'a: &x {b: 1}\nc:\n  <<: *x\n'],
    ['a tag', 'a: !t b\n'],
    ['a block text that keeps what is behind it', 'a: |+\n  b\n'],
    ['a block text that states its indent', 'a: |2\n   b\n'],
    ['a text in quotes that is not indented', 'a: "b\nc"\n'],
    ['an escape of a character by its number', 'a: "\\u0041"\n'],
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
