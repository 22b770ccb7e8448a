import { suggest } from '../errors/suggest.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { LandingColumn } from './landing-config.ts';

/**
 * Position of each declared column in a file's header (null: the file has none and the columns
 * stand in the order declared). Names must be the declared ones, letter by letter, in any order;
 * throws `landing-header-mismatch` otherwise.
 */
export function columnPositions(
  header: readonly string[] | null,
  columns: readonly LandingColumn[],
  file: string,
): readonly number[] {
  if (header === null) return columns.map((_, index) => index);
  const missing = columns.filter(({ name }) => !header.includes(name)).map(({ name }) => name);
  const unexpected = header.filter(
    (name, index) => !columns.some((c) => c.name === name) || header.indexOf(name) !== index,
  );
  if (missing.length > 0 || unexpected.length > 0) {
    const near = nearHint(missing, unexpected);
    throw tsdbtError('landing-header-mismatch', {
      file,
      missing,
      unexpected: unexpected.map(shown),
      near,
    });
  }
  return columns.map(({ name }) => header.indexOf(name));
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
  return undefined;
}

function shown(name: string): string {
  if (name === '') return '(a column without a name)';
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}
