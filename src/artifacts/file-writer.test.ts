import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FileWriter } from './file-writer.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsdbt-writer-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('all files are there', () => {
  const writer = new FileWriter((text) => text);
  for (let i = 0; i < 50; i++) writer.add(join(folder, `a/b${i % 3}/${i}.sql`), `select ${i}`);
  writer.finish();
  for (let i = 0; i < 50; i++) {
    expect(readFileSync(join(folder, `a/b${i % 3}/${i}.sql`), 'utf8')).toBe(`select ${i}`);
  }
});

test('a file that can not be written fails at the end, the others are written', () => {
  writeFileSync(join(folder, 'taken'), '');
  const writer = new FileWriter((text) => text);
  writer.add(join(folder, 'taken/inside.sql'), 'x');
  writer.add(join(folder, 'other.sql'), 'y');
  expect(() => writer.finish()).toThrow(expect.objectContaining({ name: 'file-not-writable' }));
  expect(readFileSync(join(folder, 'other.sql'), 'utf8')).toBe('y');
});
