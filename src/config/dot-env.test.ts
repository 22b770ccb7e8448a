import { expect, test } from 'vitest';
import { parseDotEnv } from './dot-env.ts';

/** What python-dotenv 1.2, which dbt uses, makes of each text. */
test.each([
  ['A=1', { A: '1' }],
  ['# comment\n\nA=1\n', { A: '1' }],
  ['B = two words  # tail', { B: 'two words' }],
  ['export F=a b # c', { F: 'a b' }],
  ['  G  =  sp  ', { G: 'sp' }],
  ['G=\nA=1', { G: '', A: '1' }],
  ['J=a#b', { J: 'a#b' }],
  [`A=1\nC='single $A \${A}'`, { A: '1', C: 'single $A 1' }],
  [`A=1\nD="double \${A} \\n x"`, { A: '1', D: 'double 1 \n x' }],
  [`A=1\nE=\${A}/y\${ZZ}`, { A: '1', E: '1/y' }],
  [`F=\${NOPE:-def}`, { F: 'def' }],
  ['I="multi\nline"', { I: 'multi\nline' }],
  ["K='it''s'\nA=1", { A: '1' }],
  ['A="a\\\\b"', { A: 'a\\b' }],
  ["B='x\\'y'", { B: "x'y" }],
  ['C="q" # c', { C: 'q' }],
  ['D="q"junk\nA=1', { A: '1' }],
  ['=novalue\nH I=1\nA=1', { A: '1' }],
  ['A=#x\nB= #x', { A: '#x', B: '' }],
  ['A=1\r\nB=2\r\n', { A: '1', B: '2' }],
])('%j', (text, values) => {
  expect(parseDotEnv(text)).toEqual(values);
});

test('what is set already counts before the file, also inside of values', () => {
  expect(parseDotEnv(`A=1\nB=\${A}`, { A: 'set' })).toEqual({ A: '1', B: 'set' });
});
