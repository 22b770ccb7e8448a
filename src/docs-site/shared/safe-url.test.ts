import fc from 'fast-check';
import { expect, it } from 'vitest';
import { safeUrl } from './safe-url.ts';

it('lets through only what a browser resolves to http, https, mailto or this site', () => {
  const pieces = fc.constantFrom(
    'java',
    'script',
    ':',
    'http',
    'https',
    '//',
    '/',
    '\\',
    '#',
    '?',
    '\u0000',
    '\t',
    '\n',
    ' ',
    'data',
    '&colon;',
    'mailto',
    'x',
    '%0a',
    '\u200b',
    '\ufeff',
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 12 }),
      (parts) => {
        const safe = safeUrl(parts.join(''));
        if (safe === undefined) return;
        let url: URL;
        try {
          url = new URL(safe, 'https://site.example/docs/index.html');
        } catch {
          return;
        }
        expect(['http:', 'https:', 'mailto:']).toContain(url.protocol);
        if (!/^https?:/i.test(safe) && url.protocol !== 'mailto:')
          expect(url.host).toBe('site.example');
      },
    ),
    { numRuns: 3000 },
  );
});
