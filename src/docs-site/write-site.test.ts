import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readAssets } from './assets.ts';
import { writeSite } from './write-site.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsdbt-site-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const site = (hash: string): { path: string; contents: string }[] => [
  { path: `data/boot-${hash}.js`, contents: `boot ${hash}` },
  { path: `data/m0-${hash}.js`, contents: `m0 ${hash}` },
  { path: `assets/app-${hash}.js`, contents: `app ${hash}` },
  { path: 'index.html', contents: `page ${hash}` },
];

it('replaces an older site and leaves other files alone', () => {
  mkdirSync(join(folder, 'data'));
  for (const name of ['manifest.json', 'data/mine.js', 'data/boot-xyz.js'])
    writeFileSync(join(folder, name), 'keep');
  writeSite(site('aaaaaaaaaa'), folder);
  writeSite(site('bbbbbbbbbb'), folder);
  expect(readdirSync(join(folder, 'data')).sort()).toEqual([
    'boot-bbbbbbbbbb.js',
    'boot-xyz.js',
    'm0-bbbbbbbbbb.js',
    'mine.js',
  ]);
  expect(readdirSync(join(folder, 'assets'))).toEqual(['app-bbbbbbbbbb.js']);
  expect(readFileSync(join(folder, 'index.html'), 'utf8')).toBe('page bbbbbbbbbb');
  expect(existsSync(join(folder, 'manifest.json'))).toBe(true);
});

it('writes a file again that was cut short', () => {
  writeSite(site('aaaaaaaaaa'), folder);
  writeFileSync(join(folder, 'data/m0-aaaaaaaaaa.js'), 'm');
  writeSite(site('aaaaaaaaaa'), folder);
  expect(readFileSync(join(folder, 'data/m0-aaaaaaaaaa.js'), 'utf8')).toBe('m0 aaaaaaaaaa');
});

it('says which file it could not write', () => {
  writeFileSync(join(folder, 'data'), 'a file where a folder should be');
  expect(() => writeSite(site('aaaaaaaaaa'), folder)).toThrow(
    expect.objectContaining({ name: 'file-not-writable' }),
  );
});

it('says what to do when the client is not built', () => {
  expect(() => readAssets([folder])).toThrow(
    expect.objectContaining({
      name: 'artifact-not-found',
      hint: expect.stringContaining('npm run build'),
    }),
  );
  writeFileSync(join(folder, 'app.js'), 'a');
  writeFileSync(join(folder, 'style.css'), 'b');
  expect(readAssets([join(folder, 'none'), folder])).toEqual({ appJs: 'a', styleCss: 'b' });
});
