import { createHash } from 'node:crypto';
import type { Json } from '../../contracts/json.ts';
import type { LedgerFile } from '../ledger/ledger.ts';
import type { LandingColumn } from '../source/landing-columns.ts';
import { counted, namedFiles } from './missing-files.ts';

/** What decides which rows a file gives, as it is written in the project. */
export interface LandingRules {
  /** The template of the model, and the macros it calls. */
  readonly sql: readonly string[];
  /** Expectations and merge key of the model. */
  readonly expectations: Json;
  readonly columns: readonly LandingColumn[];
  /** The `landing:` block of the source. */
  readonly landing: Json;
}

/** Keys of `landing:` that do not change what a file's rows are. */
const indifferent: ReadonlySet<string> = new Set([
  'path',
  'delivery',
  'max_line_bytes',
  'incomplete_file',
  'warn_bad_ratio',
  'max_bad_ratio',
  'max_bad_rows',
  'on_missing_file',
]);

/** In the order of the parts of a fingerprint. */
const parts = ['the SQL of the model', 'its expectations', 'the columns of its source'] as const;

/**
 * The rules as three hashes with dots between, for SQL, expectations and source. Comments and blanks
 * of the SQL do not count.
 */
export function rulesFingerprint({ sql, expectations, columns, landing }: LandingRules): string {
  const block = Object.entries(landing !== null && typeof landing === 'object' ? landing : {})
    .filter(([key]) => !indifferent.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const declared = columns.map(({ name, from, dataType, settings, optional }) => [
    name,
    from,
    dataType.toLowerCase(),
    settings,
    optional,
  ]);
  return [sql.map(withoutBlanks), expectations, [block, declared]]
    .map((part) => hash(JSON.stringify(part)))
    .join('.');
}

/** What changed from one fingerprint to another. */
export function changedRules(before: string, now: string): readonly string[] {
  const [old, current] = [before.split('.'), now.split('.')];
  return parts.filter((_, at) => old[at] !== current[at]);
}

/** Files whose rows are from other rules than those of today; of older ledgers nothing is known. */
export function outdatedFiles<T extends Pick<LedgerFile, 'rules'>>(
  ledger: Iterable<T>,
  rules: string | undefined,
): readonly T[] {
  if (rules === undefined) return [];
  return [...ledger].filter((file) => file.rules !== null && file.rules !== rules);
}

/** What is said of such files; undefined when there are none. */
export function outdatedText(
  nodeName: string,
  files: readonly Pick<LedgerFile, 'rules' | 'loaded' | 'file'>[],
  rules: string | undefined,
): string | undefined {
  if (files.length === 0 || rules === undefined) return undefined;
  const changed = new Set(files.flatMap((file) => changedRules(file.rules!, rules)));
  const what = parts.filter((part) => changed.has(part)).join(' and ');
  const rows = files.reduce((sum, { loaded }) => sum + loaded, 0);
  return `${nodeName}: ${what} changed since ${counted(files.length, 'file')} (${counted(rows, 'row')}) ${files.length === 1 ? 'was' : 'were'} loaded: ${namedFiles(files)}. Their rows stay as they are; \`tsdbt build --reload --select ${nodeName}+\` reads the files again.`;
}

/** Comments go, and outside of quotes blanks are one blank, or none beside punctuation. */
function withoutBlanks(sql: string): string {
  const bare = sql.replace(
    /('(?:[^']|'')*'|"[^"]*")|--[^\n]*|\/\*[\s\S]*?\*\/|\{#[\s\S]*?#\}/g,
    (_, quoted) => (typeof quoted === 'string' ? quoted : ' '),
  );
  return bare
    .split(/('(?:[^']|'')*'|"[^"]*")/)
    .map((part, at) =>
      at % 2 === 1 ? part : part.replace(/\s+/g, ' ').replace(/ ?([(),]) ?/g, '$1'),
    )
    .join('')
    .trim();
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
