import { expect, test } from 'vitest';
import { parseTemplate, renderSync } from './index.ts';

const rendered = (expression: string, s: string): string => {
  const scope = { lookup: (name: string) => (name === 's' ? s : undefined) };
  return renderSync(parseTemplate(`{{ ${expression} }}`, { file: 'x.sql' }), scope) as string;
};

/** Each took minutes for this length before, or did not end. */
const length = 400_000;

test.each([
  ['s|striptags|length', '<a', ''],
  ['s|striptags|length', '<!--', ''],
  ['s|striptags|length', '<', 'x'],
  ['s|wordwrap(20)|length', '-', ''],
  ['s|wordwrap(5)|length', 'a-', ''],
  ['s|wordwrap(10, false)|length', '-', 'a'],
  ['s|urlize|length', '.', 'x'],
  ['s|urlize|length', '&gt;', 'x'],
  ['s|int(7)', '1', 'x'],
  ['s|float(7)', '1', 'x'],
  ['s|int(1, 16)|string|length', 'a', ''],
  ['s.rsplit()|length', 'a ', ''],
])('%s of %j repeated, and %j, takes time by its length', (expression, unit, tail) => {
  const start = process.cpuUsage();
  try {
    rendered(expression, unit.repeat(length / unit.length) + tail);
  } catch (error) {
    expect(String(error)).toContain('limit');
  }
  expect(process.cpuUsage(start).user / 1e6).toBeLessThan(8);
});

test('names without an end in a format are a limit', () => {
  expect(() => rendered('s|format(a=1)', '%('.repeat(length))).toThrow('over a limit');
  expect(rendered('s|format(a=1)', '%(a)s '.repeat(1000))).toBe('1 '.repeat(1000));
});

/** As markupsafe 3 strips them. */
test.each([
  ['a <b>c</b> d', 'a c d'],
  ['<!-- <b> -->x<!-- y', 'x<!-- y'],
  ['<!-->a-->b', 'b'],
  ['a<b c', 'a<b c'],
  ['<<a>b>', 'b>'],
])('striptags of %j is %j', (text, stripped) => {
  expect(rendered('s|striptags', text)).toBe(stripped);
});

/** As Python's textwrap breaks them. */
test.each([
  ['well-known--and-more', 'well-\nknown\n--and-\nmore'],
  ['a--b', 'a--b'],
])('wordwrap(6) of %j', (text, wrapped) => {
  expect(rendered('s|wordwrap(6)', text)).toBe(wrapped);
});
