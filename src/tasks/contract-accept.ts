import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { replaceFile } from '../util/replace-file.ts';
import { contractDrift, type Drift, type SourceDrift } from './contract.ts';
import { columnText } from './landing-yaml.ts';
import type { ParsedProject } from './open-project.ts';
import { editColumns } from './yaml-edits.ts';

export interface Acceptance extends SourceDrift {
  /** What was written into the property file. */
  readonly accepted: readonly Drift[];
}

/**
 * Declares what the files of landing sources have: new columns, columns that some files lack, and
 * types that read every value. Only the property files are written, each whole or not at all; models
 * stay as they are.
 */
export async function acceptDrift(
  parsed: ParsedProject,
  select: readonly string[],
): Promise<readonly Acceptance[]> {
  const found = await contractDrift(parsed, select);
  const { project, manifest } = parsed;
  // All edits are made before the first file is written.
  const texts = new Map<string, string>();
  const done: Acceptance[] = [];
  for (const source of found) {
    const accepted = source.drift.filter(({ column }) => column !== null);
    done.push({ ...source, accepted });
    if (accepted.length === 0) continue;
    const { sourceName, name, packageName } = manifest.sources.get(source.id)!;
    if (packageName !== project.name)
      throw notWritten(source, accepted, `it is declared in the package "${packageName}"`);
    const text = texts.get(source.file) ?? readFileSync(join(project.root, source.file), 'utf8');
    const edited = editColumns(text, {
      source: sourceName,
      table: name,
      changed: changedKeys(accepted),
      added: accepted.flatMap(({ kind, column }) => (kind === 'new_column' ? [column!] : [])),
    });
    if (edited === undefined)
      throw notWritten(source, accepted, 'its columns are not written out in the file');
    texts.set(source.file, edited);
  }
  for (const [path, text] of texts)
    replaceFile(join(project.root, path), (temporary) => writeFileSync(temporary, text));
  return done;
}

/** Settings of the old type go with it. */
function changedKeys(
  accepted: readonly Drift[],
): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const changed = new Map<string, Readonly<Record<string, unknown>>>();
  for (const { kind, column } of accepted) {
    if (kind === 'new_column') continue;
    const { name, ...keys } = column!;
    const gone = {
      format: undefined,
      decimal_separator: undefined,
      thousands_separator: undefined,
      ...(keys.data_type?.startsWith('timestamp') ? {} : { timezone: undefined }),
    };
    changed.set(name, {
      ...changed.get(name),
      ...(kind === 'type_mismatch' ? { ...gone, ...keys } : keys),
    });
  }
  return changed;
}

function notWritten(source: SourceDrift, accepted: readonly Drift[], problem: string) {
  const lines = accepted.map(({ column }) => `  - ${columnText(column!)}`);
  return tsdbtError(
    'contract-not-written',
    { source: source.source, problem, columns: lines.join('\n') },
    { location: { file: source.file } },
  );
}
