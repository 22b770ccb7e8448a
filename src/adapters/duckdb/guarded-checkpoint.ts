import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { replaceFile } from '../../util/replace-file.ts';
import type { Connection } from '../adapter.ts';

/** Bytes of the two database headers and the main header at the start of a DuckDB file. */
const HEADER_BYTES = 12_288;
const MAGIC = 'tsdbt-checkpoint-1';

/**
 * A checkpoint rewrites shared metadata blocks in place; a kill in the middle of that write can
 * leave a file that DuckDB refuses to open. Before the checkpoint the header and these blocks are
 * saved to `<database>-ckptj`; after it that journal is removed. {@link restoreCheckpoint} puts the
 * blocks back when the journal is found beside an unreadable file.
 */
export async function guardedCheckpoint(connection: Connection, path: string): Promise<void> {
  await saveBlocks(connection, path);
  await connection.run('checkpoint');
  discardJournal(path);
}

/** Writes the journal: what a checkpoint is about to rewrite in place. */
export async function saveBlocks(connection: Connection, path: string): Promise<void> {
  // Read through DuckDB's own descriptor: opening and closing the file here would drop its lock.
  const descriptor = openDescriptorOf(path);
  if (descriptor !== undefined) {
    writeJournal(journalPath(path), await changedInPlace(connection, descriptor));
  }
}

/** Writes the journal's blocks back into the database; false when there is no valid journal. */
export function restoreCheckpoint(path: string): boolean {
  const journal = journalPath(path);
  if (!existsSync(journal)) return false;
  const blocks = readJournal(journal);
  if (blocks === undefined) return false;
  const file = openSync(path, 'r+');
  try {
    for (const block of blocks) writeSync(file, block.bytes, 0, block.bytes.length, block.offset);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return true;
}

/** Removes a journal that is no longer needed: the database opened without it. */
export function discardJournal(path: string): void {
  rmSync(journalPath(path), { force: true });
}

interface SavedBlock {
  readonly offset: number;
  readonly bytes: Buffer;
}

function journalPath(path: string): string {
  return `${path}-ckptj`;
}

async function changedInPlace(connection: Connection, descriptor: number): Promise<SavedBlock[]> {
  const size = await connection.query('select block_size from pragma_database_size()');
  const blockSize = Number(size.rows[0]?.[0] ?? 262_144);
  const meta = await connection.query('select distinct block_id from pragma_metadata_info()');
  const saved = [readAt(descriptor, 0, HEADER_BYTES)];
  for (const [id] of meta.rows) {
    saved.push(readAt(descriptor, HEADER_BYTES + Number(id) * blockSize, blockSize));
  }
  return saved.filter((block) => block.bytes.length > 0);
}

function readAt(descriptor: number, offset: number, length: number): SavedBlock {
  const bytes = Buffer.alloc(length);
  const read = readSync(descriptor, bytes, 0, length, offset);
  return { offset, bytes: bytes.subarray(0, read) };
}

/** DuckDB's descriptor of the file, found through /proc; undefined where there is no /proc. */
function openDescriptorOf(path: string): number | undefined {
  let entries: string[];
  try {
    entries = readdirSync('/proc/self/fd');
  } catch {
    return undefined;
  }
  for (const entry of entries) {
    try {
      if (readlinkSync(`/proc/self/fd/${entry}`) === path) return Number(entry);
    } catch {
      // The descriptor of the directory listing itself is gone by now.
    }
  }
  return undefined;
}

function writeJournal(journal: string, blocks: readonly SavedBlock[]): void {
  const body = Buffer.from(
    JSON.stringify(blocks.map((b) => [b.offset, b.bytes.toString('base64')])),
    'utf8',
  );
  const digest = createHash('sha256').update(body).digest('hex');
  replaceFile(journal, (temporary) => {
    const file = openSync(temporary, 'w', 0o600);
    try {
      // Not `writeSync`, which writes a part and says so by a number where the disk gets full.
      writeFileSync(file, `${MAGIC} ${digest}\n`);
      writeFileSync(file, body);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  });
}

function readJournal(journal: string): SavedBlock[] | undefined {
  const text = readFileSync(journal, 'utf8');
  const end = text.indexOf('\n');
  const [magic, digest] = text.slice(0, end).split(' ');
  const body = text.slice(end + 1);
  if (magic !== MAGIC || createHash('sha256').update(body).digest('hex') !== digest)
    return undefined;
  const entries = JSON.parse(body) as [number, string][];
  return entries.map(([offset, bytes]) => ({ offset, bytes: Buffer.from(bytes, 'base64') }));
}
