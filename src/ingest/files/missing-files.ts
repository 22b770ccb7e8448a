import type { LedgerFile } from '../ledger/ledger.ts';
import { hashFile } from '../read/read-records.ts';
import type { LandingFile } from './list-files.ts';

/**
 * Files of the ledger that are neither on disk nor there under another name. `unknown` are the files
 * on disk that the ledger does not know; one is read only if its size is that of a file that is gone.
 */
export async function withoutMoved(
  vanished: readonly LedgerFile[],
  unknown: readonly LandingFile[],
): Promise<readonly LedgerFile[]> {
  if (vanished.length === 0 || unknown.length === 0) return vanished;
  const sizes = new Set(vanished.map(({ size }) => size));
  const hashes = new Set<string>();
  for (const { size, absolutePath } of unknown) {
    if (size === 0 || !sizes.has(size)) continue;
    const hash = await hashFile(absolutePath).catch(() => undefined);
    if (hash !== undefined) hashes.add(hash);
  }
  return vanished.filter(({ sha256 }) => !hashes.has(sha256));
}

/** How files that are gone are named to people: the first few, and how many more. */
export function namedFiles(files: readonly { readonly file: string }[]): string {
  const named = files.slice(0, 5).map(({ file }) => file);
  const rest = files.length > 5 ? ` and ${files.length - 5} more` : '';
  return `${named.join(', ')}${rest}`;
}

/** `1 row`, `2 rows`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
