import { describe, expect, it } from 'vitest';
import { processorMs } from '../testing/processor-time.ts';
import { parseMarkdown, plainText } from './markdown.ts';

describe('parseMarkdown', () => {
  const cases: readonly (readonly [name: string, text: string, expected: unknown])[] = [
    ['nothing', '  \n\n ', []],
    [
      'paragraphs',
      'one\ntwo\n\nthree',
      [
        ['p', ['one two']],
        ['p', ['three']],
      ],
    ],
    [
      'emphasis',
      'a *b* **c** ***d*** ~~e~~',
      [
        [
          'p',
          [
            'a ',
            ['em', ['b']],
            ' ',
            ['strong', ['c']],
            ' ',
            ['strong', [['em', ['d']]]],
            ' ',
            ['del', ['e']],
          ],
        ],
      ],
    ],
    [
      'names with underscores are no emphasis',
      'fact_orders_daily and 2 * 3 * 4',
      [['p', ['fact_orders_daily and 2 * 3 * 4']]],
    ],
    [
      'code',
      'use `a | *b*` and ``x`y``',
      [['p', ['use ', ['code', 'a | *b*'], ' and ', ['code', 'x`y']]]],
    ],
    ['escapes', '\\*no\\* \\<b\\>', [['p', ['*no* <b>']]]],
    ['a hard break', 'a  \nb\\\nc', [['p', ['a', ['br'], 'b', ['br'], 'c']]]],
    [
      'headings',
      '# One\n### Three ###',
      [
        ['h', 1, ['One']],
        ['h', 3, ['Three']],
      ],
    ],
    ['fenced code', '```sql\nselect 1\n\n<b>\n```', [['pre', 'sql', 'select 1\n\n<b>']]],
    ['an open fence', '```\nabc', [['pre', '', 'abc']]],
    ['indented code', '    a\n      b', [['pre', '', 'a\n  b']]],
    [
      'lists',
      '- a\n- b\n  - c\n\n1. x\n2. y',
      [
        [
          'ul',
          [
            [['p', ['a']]],
            [
              ['p', ['b']],
              ['ul', [[['p', ['c']]]]],
            ],
          ],
        ],
        ['ol', 1, [[['p', ['x']]], [['p', ['y']]]]],
      ],
    ],
    ['a quote', '> a\n> b', [['quote', [['p', ['a b']]]]]],
    ['a rule', 'a\n\n---', [['p', ['a']], ['hr']]],
    [
      'a table',
      '| a | b |\n|:--|--:|\n| 1 | `x\\|y` |\n| 2 |',
      [
        [
          'table',
          ['left', 'right'],
          [['a'], ['b']],
          [
            [['1'], [['code', 'x|y']]],
            [['2'], []],
          ],
        ],
      ],
    ],
    [
      'links',
      '[a *b*](https://x.org/(y) "t") <https://z.org> https://w.org/q.',
      [
        [
          'p',
          [
            ['a', 'https://x.org/(y)', ['a ', ['em', ['b']]]],
            ' ',
            ['a', 'https://z.org', ['https://z.org']],
            ' ',
            ['a', 'https://w.org/q', ['https://w.org/q']],
            '.',
          ],
        ],
      ],
    ],
    ['a picture becomes a link', '![chart](img/a.png)', [['p', [['a', 'img/a.png', ['chart']]]]]],
    [
      'html is text',
      '<img src=x onerror=alert(1)> <b>bold</b>',
      [['p', ['<img src=x onerror=alert(1)> <b>bold</b>']]],
    ],
  ];
  for (const [name, text, expected] of cases)
    it(name, () => expect(parseMarkdown(text)).toEqual(expected));

  it('drops every link that is not http, https, mailto, relative or a fragment', () => {
    const targets = [
      'javascript:x',
      'JAVASCRIPT:x',
      ' javascript:x',
      'java\u0000script:x',
      'java\tscript:x',
      '\u0001javascript:x',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      '//evil.example/x',
      '\\\\evil\\x',
      'blob:x',
      'x-y:z',
      'jav&#x61;script:x',
    ];
    for (const target of targets) {
      const json = JSON.stringify(parseMarkdown(`[a](${target}) [a](<${target}>) <${target}>`));
      for (const [, url] of json.matchAll(/\["a","([^"]*)"/g)) {
        // What is left of a broken target may be a relative path, never anything else.
        expect(new URL(url!, 'https://site.example/docs/').host, json).toBe('site.example');
      }
    }
    for (const target of [
      'http://a.b',
      'https://a.b',
      'mailto:a@b.c',
      'docs/x.md',
      '#/node/x',
      '/abs',
    ]) {
      expect(JSON.stringify(parseMarkdown(`[a](${target})`)), target).toContain(`["a","${target}"`);
    }
  });

  it('shows unseen characters', () => {
    expect(parseMarkdown('a\u202eb\u001b[31m')).toEqual([['p', ['a\ufffdb\ufffd[31m']]]);
  });

  it('stays quick and shallow on text made to hurt', () => {
    const texts = [
      '['.repeat(20_000),
      '*'.repeat(20_000),
      '**a '.repeat(8000),
      '> '.repeat(8000),
      '`'.repeat(9999),
      '- '.repeat(5000),
      '[a]('.repeat(5000),
      '~~a'.repeat(8000),
      '|'.repeat(9000),
    ];
    const used = processorMs(() => {
      for (const text of texts) parseMarkdown(text);
    });
    expect(used).toBeLessThan(5000);
  });

  it('gives the words for search', () => {
    expect(
      plainText(parseMarkdown('# A **b**\n\n- c [d](x)\n\n| e |\n|---|\n| `f` |\n\n```\ng\n```')),
    ).toBe('A b c d e f g');
  });
});
