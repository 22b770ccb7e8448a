import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { columnPositions } from './header.ts';
import type { LandingConfig } from './landing-config.ts';
import type { LandingRecord, RecordSplitter } from './landing-record.ts';
import { CsvSplitter } from './split-csv.ts';
import { JsonArraySplitter } from './split-json-array.ts';
import { JsonlSplitter } from './split-jsonl.ts';

/** What reading a file to its end tells about it. */
export interface FileFacts {
  readonly sha256: string;
  readonly bytes: number;
}

const chunkBytes = 1 << 20;

/**
 * Reads a file in chunks and hands its records to `take`, group by group, in order. Memory does not
 * grow with the file. `path` names the file in errors, `size` is its size when it was listed.
 */
export async function readRecords(
  absolutePath: string,
  path: string,
  size: number,
  landing: LandingConfig,
  onUnknownKey: (key: string) => void,
  take: (records: readonly LandingRecord[]) => Promise<void>,
): Promise<FileFacts> {
  const splitter = splitterFor(path, landing, onUnknownKey);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const part of chunksOf(absolutePath, size)) {
    bytes += part.length;
    hash.update(part);
    const records = splitter.push(part);
    if (records.length > 0) await take(records);
  }
  const last = splitter.end();
  if (last.length > 0) await take(last);
  return { sha256: hash.digest('hex'), bytes };
}

/** The bytes of a file; a small one in one go, which is much faster for many of them. */
async function* chunksOf(absolutePath: string, size: number): AsyncGenerator<Buffer> {
  if (size <= chunkBytes) {
    yield await readFile(absolutePath);
    return;
  }
  for await (const chunk of createReadStream(absolutePath, { highWaterMark: chunkBytes })) {
    yield chunk as Buffer;
  }
}

/** The splitter of a landing source's format for one file. */
export function splitterFor(
  path: string,
  landing: LandingConfig,
  onUnknownKey: (key: string) => void,
): RecordSplitter {
  if (landing.format === 'csv') {
    return new CsvSplitter({
      ...landing,
      positions: (header) => columnPositions(header, landing.columns, path),
    });
  }
  const columns = new Map(landing.columns.map(({ name }, index) => [name, index]));
  if (landing.format === 'jsonl') {
    return new JsonlSplitter(columns, landing.maxLineBytes, onUnknownKey);
  }
  return new JsonArraySplitter(columns, landing.maxLineBytes, onUnknownKey, (problem) => {
    throw tsdbtError('landing-file-unreadable', { file: path, problem });
  });
}

/** SHA-256 of a file's content. */
export async function hashFile(absolutePath: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(absolutePath, { highWaterMark: chunkBytes })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
