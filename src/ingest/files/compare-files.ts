import type { LedgerFile } from '../ledger/ledger.ts';
import { hashFile } from '../read/read-records.ts';
import type { LandingFile } from './list-files.ts';

/** What a look at a file told, compared with the ledger. */
export type FileState =
  | { readonly kind: 'same' | 'changed' }
  /** The content is the same; `noted` is what the ledger should say from now on. */
  | { readonly kind: 'noted'; readonly noted: LedgerFile };

/** File systems note times in steps of up to two seconds: a later change may have the same time. */
const racyMicros = 2_000_000n;

/**
 * Whether a file is what was loaded, by its size, both times and its inode: they say so once its
 * content was looked at after the last change could no longer hide behind them.
 */
export function isUnchanged(file: LandingFile, known: LedgerFile): boolean {
  return (
    known.size === file.size &&
    known.modifiedMicros === file.modifiedMicros &&
    known.changedMicros === file.changedMicros &&
    known.inode === file.inode &&
    known.missingMicros === null &&
    (known.verifiedMicros ?? known.loadedMicros) - file.changedMicros >= racyMicros
  );
}

/** Reads a file that may have changed and compares its content with what was loaded. */
export async function compareContent(
  file: LandingFile,
  known: LedgerFile,
  now: () => Date,
): Promise<FileState> {
  if (known.size !== file.size) return { kind: 'changed' };
  const isBack = known.missingMicros !== null;
  const startedAt = BigInt(now().getTime()) * 1000n;
  // A file that can't be read is refused by name when it is to be loaded.
  const sha256 = await hashFile(file.absolutePath).catch(() => undefined);
  if (sha256 !== known.sha256) return { kind: 'changed' };
  if (startedAt - file.changedMicros < racyMicros && !isBack) return { kind: 'same' };
  const { modifiedMicros, changedMicros, inode } = file;
  return {
    kind: 'noted',
    noted: {
      ...known,
      modifiedMicros,
      changedMicros,
      inode,
      verifiedMicros: startedAt,
      missingMicros: null,
    },
  };
}
