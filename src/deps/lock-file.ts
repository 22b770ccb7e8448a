import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PackageSpec, readPackageSpecs } from '../config/package-spec.ts';
import { parseYaml, yamlText } from '../config/yaml-file.ts';
import type { Json } from '../contracts/json.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { readText } from '../util/read-text.ts';
import { replaceFile } from '../util/replace-file.ts';
import type { PinnedPackage } from './package-source.ts';

export const lockFileName = 'package-lock.yml';

/** What package-lock.yml holds. */
export interface LockFile {
  readonly specs: readonly PackageSpec[];
  /** Hash of the stated packages it was made from. */
  readonly statedHash: string | null;
  /** sha256 of each package's files by its name; empty when dbt wrote the file. */
  readonly contentHashes: ReadonlyMap<string, string>;
}

const contentLine = /^# sha256 (\w+) ([0-9a-f]{64})$/gm;

/** The lock file of a project, or undefined. Templates of git addresses are rendered again. */
export function readLockFile(
  root: string,
  render: Parameters<typeof readPackageSpecs>[1],
): LockFile | undefined {
  const path = join(root, lockFileName);
  if (!existsSync(path)) return undefined;
  const text = readText(path);
  const yaml = parseYaml(text, lockFileName);
  const fields: Record<string, unknown> = isPlainObject(yaml.value) ? yaml.value : {};
  const hash = fields['sha1_hash'];
  return {
    // The name of an entry is dbt's note for people: of a tarball it is part of the entry itself.
    specs: readPackageSpecs(yaml, render),
    statedHash: typeof hash === 'string' ? hash : null,
    contentHashes: new Map([...text.matchAll(contentLine)].map((m) => [m[1]!, m[2]!])),
  };
}

/**
 * Writes the lock file as dbt writes it. The hashes of the contents are comments: dbt refuses a lock
 * file with a key it does not know.
 */
export function writeLockFile(
  root: string,
  packages: readonly PinnedPackage[],
  hash: string,
  contentHashes: ReadonlyMap<string, string>,
): void {
  const entries = packages.map(({ lockEntry, name }): Json => ({ ...lockEntry, name }));
  const comments = [...contentHashes].map(([name, sha256]) => `# sha256 ${name} ${sha256}\n`);
  const text = yamlText({ packages: entries, sha1_hash: hash }, true).replace(
    /^(- | {2})/gm,
    (indent) => `  ${indent}`,
  );
  replaceFile(join(root, lockFileName), (temporary) =>
    writeFileSync(temporary, text + comments.join('')),
  );
}
