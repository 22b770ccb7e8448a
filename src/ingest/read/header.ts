import { suggest } from '../../errors/suggest.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { LandingConfig } from '../source/landing-config.ts';

/** Where the fields of a record go. */
export interface RecordLayout {
  /** Position of each declared column in the record; -1 for one that the file does not have. */
  readonly positions: readonly number[];
  /** Most fields that a record has. */
  readonly width: number;
  /** Fewest fields: without a header, optional columns at the end may be missing. */
  readonly least: number;
  /** Fields that go to `_rescued`, under these names. */
  readonly extras: readonly ExtraField[];
  /** Fields that are left out. */
  readonly ignored: readonly ExtraField[];
}

export interface ExtraField {
  readonly name: string;
  readonly position: number;
}

type HeaderRules = Pick<LandingConfig, 'columns' | 'newColumn' | 'missingColumn'>;

/**
 * Finds the declared columns in a file's header (null: the file has none and the columns are in the
 * order declared). Names must be the declared ones, letter by letter, in any order. Columns that are
 * missing or not declared are allowed as the source says; otherwise this throws
 * `landing-header-mismatch`.
 */
export function recordLayout(
  header: readonly string[] | null,
  rules: HeaderRules,
  file: string,
): RecordLayout {
  const { columns, newColumn, missingColumn } = rules;
  if (header === null) {
    const last = columns.findLastIndex(({ optional }) => !optional && missingColumn === 'fail');
    const positions = columns.map((_, index) => index);
    return {
      positions,
      width: columns.length,
      least: last + 1 || columns.length,
      extras: [],
      ignored: [],
    };
  }
  const missing = columns
    .filter(({ from, optional }) => !optional && missingColumn === 'fail' && !header.includes(from))
    .map(({ from }) => from);
  const declared = new Set(columns.map(({ from }) => from));
  const extras: { name: string; position: number }[] = [];
  const unexpected: string[] = [];
  for (const [position, name] of header.entries()) {
    const isFirst = header.indexOf(name) === position;
    if (declared.has(name) && isFirst) continue;
    // A declared name that is there twice can't be told apart: neither is taken.
    if (newColumn === 'fail' || declared.has(name)) unexpected.push(name);
    else extras.push({ name: extraName(name, position, isFirst), position });
  }
  if (missing.length > 0 || unexpected.length > 0) {
    throw tsdbtError(
      'landing-header-mismatch',
      {
        file,
        missing: missing.map(shown),
        unexpected: unexpected.map(shown),
        near: nearHint(missing, unexpected),
      },
      { location: { file, line: 1 } },
    );
  }
  return {
    positions: columns.map(({ from }) => header.indexOf(from)),
    width: header.length,
    least: header.length,
    extras: newColumn === 'ignore' ? [] : extras,
    ignored: newColumn === 'ignore' ? extras : [],
  };
}

function extraName(name: string, position: number, isFirst: boolean): string {
  if (name === '') return `column_${position + 1}`;
  return isFirst ? name : `${name}_${position + 1}`;
}

function nearHint(missing: readonly string[], unexpected: readonly string[]): string | undefined {
  const fold = (name: string) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_');
  for (const name of unexpected) {
    const same = missing.find((wanted) => fold(wanted) === fold(name));
    if (same !== undefined) {
      return `"${name}" differs from "${same}" in letter case or spaces only. Nothing of this delivery was loaded.`;
    }
    const near = suggest(name, missing);
    if (near !== undefined) {
      return `"${name}" looks like "${near}". Nothing of this delivery was loaded.`;
    }
  }
  if (unexpected.length === 1 && missing.length > 1) {
    return 'Is `landing.delimiter` right? Nothing of this delivery was loaded.';
  }
  if (missing.length > 0 && unexpected.length === 0) {
    return 'Nothing of this delivery was loaded. A column that older files do not have can be declared with `optional: true`.';
  }
  return undefined;
}

function shown(name: string): string {
  if (name === '') return '(a column without a name)';
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}
