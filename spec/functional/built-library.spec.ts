import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { binary } from '../example-copy.ts';

const library = join(dirname(binary), '..', 'index.js');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsdbt-library-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the built library makes a project, builds it and writes its site', () => {
  const script = `
    const { invoke } = await import(${JSON.stringify(library)});
    const shop = process.cwd() + '/shop';
    const codes = [(await invoke(['init', 'shop'], { cwd: process.cwd() })).exitCode];
    for (const args of [['build'], ['docs', 'generate'], ['ls']])
      codes.push((await invoke(args, { cwd: shop })).exitCode);
    console.log(JSON.stringify(codes));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(JSON.parse(output)).toEqual([0, 0, 0, 0]);
  expect(readFileSync(join(folder, 'shop/target/index.html'), 'utf8')).toContain('<!doctype html>');
});
