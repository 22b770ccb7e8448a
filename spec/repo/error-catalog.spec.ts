import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { catalog } from '../../src/errors/catalog.ts';

const entries = Object.entries(catalog);

test('codes are unique and in the range of their part', () => {
  const codes = entries.map(([, entry]) => entry.code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const code of codes) expect(code).toMatch(/^TS[123459]\d{3}$/);
});

test('every error has its line in docs/errors.md', () => {
  const page = readFileSync(resolve(import.meta.dirname, '../../docs/errors.md'), 'utf8');
  const missing = entries.filter(
    ([name, entry]) => !page.includes(`| ${entry.code} | \`${name}\` |`),
  );
  expect(missing.map(([name, entry]) => `${entry.code} ${name}`)).toEqual([]);
});

test('every error is thrown somewhere', () => {
  const src = resolve(import.meta.dirname, '../../src');
  const text = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter(
      (file) =>
        file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('errors/catalog'),
    )
    .map((file) => readFileSync(join(src, file), 'utf8'))
    .join('\n');
  expect(entries.map(([name]) => name).filter((name) => !text.includes(`'${name}'`))).toEqual([]);
});
