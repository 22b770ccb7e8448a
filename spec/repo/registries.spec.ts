import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { catalog } from '../../src/errors/catalog.ts';
import { selectorMethods } from '../../src/graph/selector-methods/registry.ts';
import * as library from '../../src/index.ts';
import { incrementalStrategies } from '../../src/materializations/incremental/registry.ts';
import { materializations, otherMaterializations } from '../../src/materializations/registry.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

test('every selector method is in the manual', () => {
  const page = read('docs/selection.md');
  const names = [...selectorMethods.keys()];
  expect(names.filter((name) => !page.includes(`${name}:`) && !page.includes(`${name}.`))).toEqual(
    [],
  );
});

test('every incremental strategy and materialization is in the manual', () => {
  const page = read('docs/incremental.md') + read('docs/materializations.md');
  const names = [
    ...incrementalStrategies.keys(),
    ...materializations.keys(),
    ...otherMaterializations,
  ];
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

test('every command is in the manual', () => {
  const page = read('docs/commands.md');
  const files = readdirSync(join(root, 'src/cli/commands')).map((file) =>
    file.replace(/\.ts$/, ''),
  );
  const commands = files.filter((file) => !['command', 'execute', 'list'].includes(file));
  const all = [...commands, 'build', 'run', 'test', 'seed', 'ls'];
  expect(all.filter((name) => !page.includes(`\`tsdbt ${name}`))).toEqual([]);
});

test('every folder of the engine says what it is for', () => {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter(
      (entry) =>
        entry.isDirectory() &&
        !['include', 'util', 'testing', 'compile', 'plan', 'packages'].includes(entry.name),
    )
    .map((entry) => entry.name);
  expect(folders.filter((name) => !existsSync(join(root, 'src', name, 'README.md')))).toEqual([]);
});

test('links of the README and the manual lead somewhere', () => {
  const pages = [
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter((f) => f.endsWith('.md'))
      .map((f) => `docs/${f}`),
  ];
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
      .map((match) => join(page, '..', match[1]!))
      .filter((target) => !existsSync(join(root, target)))
      .map((target) => `${page} → ${target}`),
  );
  expect(broken).toEqual([]);
});

test('the names of the library', () => {
  expect(Object.keys(library).sort()).toEqual([
    'ProjectErrors',
    'TsdbtError',
    'compileNodes',
    'generateDocs',
    'invoke',
    'isTsdbtError',
    'loadProject',
    'parseProject',
    'registerAdapter',
    'runNodes',
    'select',
  ]);
});

test('no registry hosts, machine paths or registry URLs are in the lock file', () => {
  const lock = read('package-lock.json');
  expect(lock).not.toMatch(/"resolved"|https?:\/\/registry/);
  expect(Object.keys(catalog).length).toBeGreaterThan(50);
});
