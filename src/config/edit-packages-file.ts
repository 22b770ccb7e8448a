import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isMap, isSeq, parseDocument } from 'yaml';
import { readText } from '../util/read-text.ts';
import { replaceFile } from '../util/replace-file.ts';
import type { PackagesFileName } from './package-spec.ts';
import { guardYaml } from './yaml-guard.ts';

/** How a package is stated: its source's key, what it names, and a version or revision. */
export interface NewPackage {
  readonly source: 'hub' | 'git' | 'local';
  readonly name: string;
  readonly version: string | undefined;
}

/**
 * Adds a package to a file of packages, comments and order kept. Entries that name the same package
 * go: names are compared with `-` and `_` as one, whole words between `/` and `.`, whatever the kind
 * (core `task/deps.py`). Gives what those entries named.
 */
export function addPackage(
  root: string,
  file: PackagesFileName,
  added: NewPackage,
): readonly string[] {
  const path = join(root, file);
  const text = existsSync(path) ? readText(path) : 'packages: []\n';
  guardYaml(text, file);
  const document: Document = parseDocument(text);
  if (!isMap(document.contents)) document.contents = document.createNode({});
  if (!isSeq(document.get('packages'))) document.set('packages', document.createNode([]));
  const entries = document.get('packages') as { items: unknown[]; flow?: boolean };
  entries.flow = false;
  const removed: string[] = [];
  entries.items = entries.items.filter((item) => {
    const named = isMap(item)
      ? ['package', 'git', 'local', 'tarball', 'private']
          .map((key) => item.get(key))
          .find((value) => typeof value === 'string')
      : undefined;
    const same = typeof named === 'string' && isSamePackage(added.name, named);
    if (same) removed.push(named);
    return !same;
  });
  entries.items.push(document.createNode(entryOf(added)));
  const edited = document.toString({ lineWidth: 0 });
  replaceFile(path, (temporary) => writeFileSync(temporary, edited));
  return removed;
}

function entryOf({ source, name, version }: NewPackage): Record<string, unknown> {
  const key = source === 'hub' ? 'package' : source;
  if (version === undefined) return { [key]: name };
  const value = version.includes(',') ? version.split(',') : version;
  return { [key]: name, [source === 'git' ? 'revision' : 'version']: value };
}

function isSamePackage(name: string, other: string): boolean {
  const words = (text: string) => text.replaceAll('_', '-').split(/[/.]/);
  const own = words(name).at(-1) === 'git' ? words(name).at(-2) : words(name).at(-1);
  return own !== undefined && own !== '' && words(other).includes(own);
}
