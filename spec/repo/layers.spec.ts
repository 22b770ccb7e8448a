import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** The layers of src/, highest first: a file imports from its own folder and from lower layers. */
const layers: readonly (readonly string[])[] = [
  ['index.ts', 'testing'],
  ['cli'],
  ['tasks'],
  ['run'],
  ['plan'],
  ['parse', 'compile'],
  ['context', 'materializations', 'ingest', 'docs-site', 'deps'],
  ['jinja', 'config', 'graph', 'adapters', 'artifacts', 'sql'],
  ['contracts'],
  ['errors'],
  ['util'],
];

/** The rooms of src/ingest, lowest first; its README says what each holds. */
const ingestRooms = [
  ...['values', 'source', 'ledger', 'read', 'files', 'stage', 'rules', 'load', 'quarantine'],
];

const src = resolve(import.meta.dirname, '../../src');

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function roomOf(path: string): string {
  return relative(src, path).split('/')[0]!;
}

function levelOf(room: string): number {
  return layers.findIndex((rooms) => rooms.includes(room));
}

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)/g;

test('every folder of src has a layer', () => {
  const rooms = new Set(sourceFiles(src).map(roomOf));
  expect([...rooms].filter((room) => levelOf(room) === -1)).toEqual([]);
});

test('imports lead down, never sideways or up', () => {
  const breaches: string[] = [];
  let seen = 0;
  for (const file of sourceFiles(src)) {
    const text = readFileSync(file, 'utf8');
    for (const match of text.matchAll(importPattern)) {
      const specifier = match[1] ?? match[2]!;
      if (!specifier.startsWith('.')) continue;
      seen++;
      const from = roomOf(file);
      const to = roomOf(resolve(dirname(file), specifier));
      // Tests beside the code may also use what the test kit gives.
      if (from === to || (file.includes('.test.') && to === 'testing')) continue;
      if (levelOf(to) <= levelOf(from))
        breaches.push(`${relative(src, file)} imports ${specifier}`);
    }
  }
  expect(breaches).toEqual([]);
  expect(seen).toBeGreaterThan(100);
});

test('the rooms of ingest are on one way down', () => {
  const ingest = join(src, 'ingest');
  const breaches: string[] = [];
  let seen = 0;
  for (const file of sourceFiles(ingest)) {
    const level = (path: string) => ingestRooms.indexOf(relative(ingest, path).split('/')[0]!);
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
      const target = resolve(dirname(file), from);
      if (level(file) === -1 || level(target) === -1 || file.includes('.test.')) continue;
      seen++;
      if (level(target) > level(file)) breaches.push(`${relative(ingest, file)} imports ${from}`);
    }
  }
  expect(breaches).toEqual([]);
  expect(seen).toBeGreaterThan(100);
});

test('only the command line prints or ends the process', () => {
  const breaches = sourceFiles(src)
    .filter(
      (file) =>
        !['cli', 'docs-site'].includes(roomOf(file)) || file.includes('/docs-site/generate'),
    )
    .filter((file) => !file.includes('.test.'))
    .filter((file) =>
      /\bconsole\.|process\.(exit|stdout|stderr)\b/.test(readFileSync(file, 'utf8')),
    )
    .map((file) => relative(src, file));
  expect(breaches).toEqual([]);
});
