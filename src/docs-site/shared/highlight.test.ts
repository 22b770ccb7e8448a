import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { highlightSql } from './highlight.ts';

describe('highlightSql', () => {
  it('tells keywords, functions, strings, numbers, names and comments apart', () => {
    expect(highlightSql(`select sum(a), 'it''s', "b c", 1.5 -- note\n/* more */`)).toEqual([
      ['keyword', 'select'],
      ['text', ' '],
      ['function', 'sum'],
      ['text', '(a), '],
      ['string', "'it''s'"],
      ['text', ', '],
      ['name', '"b c"'],
      ['text', ', '],
      ['number', '1.5'],
      ['text', ' '],
      ['comment', '-- note'],
      ['text', '\n'],
      ['comment', '/* more */'],
    ]);
  });

  it('knows Jinja inside SQL', () => {
    expect(highlightSql("{% if x %}{{ ref('a') }}{# no #}")).toEqual([
      ['jinja', '{%'],
      ['text', ' '],
      ['jinja', 'if'],
      ['text', ' x '],
      ['jinja', '%}{{'],
      ['text', ' '],
      ['jinja-name', 'ref'],
      ['text', '('],
      ['string', "'a'"],
      ['text', ') '],
      ['jinja', '}}'],
      ['comment', '{# no #}'],
    ]);
  });

  it('gives the text back, whatever it is', () => {
    const pieces = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      "'",
      '"',
      '--',
      '/*',
      '*/',
      '{#',
      '\n',
      ' ',
      'select',
      'é',
      '\ud800',
      '$$',
      '1e9',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 40 }), (parts) => {
        const code = parts.join('');
        expect(
          highlightSql(code)
            .map(([, text]) => text)
            .join(''),
        ).toBe(code);
      }),
    );
  });
});
