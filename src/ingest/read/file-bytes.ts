import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import type { Compression } from '../source/landing-config.ts';

const chunkBytes = 1 << 20;

/** The bytes of a file in chunks; a small one in one go, which is much faster for many of them. */
export async function* fileBytes(absolutePath: string, size: number): AsyncGenerator<Buffer> {
  if (size <= chunkBytes) {
    yield await readFile(absolutePath);
    return;
  }
  for await (const chunk of createReadStream(absolutePath, { highWaterMark: chunkBytes })) {
    yield chunk as Buffer;
  }
}

/** Kinds of files by their first bytes. */
const signatures = [
  { kind: 'gzip', bytes: [0x1f, 0x8b] },
  { kind: 'zstd', bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: 'zip', bytes: [0x50, 0x4b, 0x03, 0x04] },
  { kind: 'bzip2', bytes: [0x42, 0x5a, 0x68] },
  { kind: 'xz', bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { kind: 'parquet', bytes: [0x50, 0x41, 0x52, 0x31] },
] as const;

export type FileKind = (typeof signatures)[number]['kind'] | 'plain';

/** The kind of a file by its first bytes. */
export function fileKind(head: Buffer): FileKind {
  const found = signatures.find(({ bytes }) => bytes.every((byte, index) => head[index] === byte));
  return found?.kind ?? 'plain';
}

/**
 * The chunks of a file without its compression; `compression: auto` looks at the first bytes. Calls
 * `refuse` for a file that is compressed in another way, damaged, or cut off.
 */
export async function* decompressed(
  chunks: AsyncIterable<Buffer>,
  compression: Compression,
  refuse: (problem: string, hint?: string) => never,
  onDetected: (what: string) => void,
): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const rest = restOf(first.value, iterator);
  const kind = fileKind(first.value);
  if (compression === 'none') {
    yield* rest;
    return;
  }
  if (compression !== 'auto' && compression !== kind && first.value.length > 0) {
    refuse(
      `is no ${compression} file`,
      'With `landing.compression: auto` each file is read as what it is.',
    );
  }
  if (compression === 'auto' && (kind === 'gzip' || kind === 'zstd')) {
    onDetected(`compressed with ${kind}`);
  }
  if (kind === 'gzip') yield* gunzip(rest, refuse);
  else if (kind === 'zstd') yield* unzstd(rest, refuse);
  else if (kind === 'plain') yield* rest;
  else {
    refuse(
      `is a ${kind} file`,
      kind === 'parquet'
        ? 'Declare it with `format: parquet`.'
        : 'Files can be compressed with gzip or zstd. Nothing of this delivery was loaded.',
    );
  }
}

async function* restOf(first: Buffer, iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    yield next.value;
  }
}

async function* gunzip(
  chunks: AsyncIterable<Buffer>,
  refuse: (problem: string) => never,
): AsyncGenerator<Buffer> {
  const stream = createGunzip({ chunkSize: chunkBytes });
  const written = (async () => {
    for await (const chunk of chunks) {
      if (!stream.write(chunk)) await new Promise((done) => stream.once('drain', done));
    }
    stream.end();
  })();
  written.catch((error: Error) => stream.destroy(error));
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    refuse(`is no whole gzip file (${(error as Error).message})`);
  } finally {
    stream.destroy();
  }
}

async function* unzstd(
  chunks: AsyncIterable<Buffer>,
  refuse: (problem: string) => never,
): AsyncGenerator<Buffer> {
  const { Decompress } = await import('fzstd');
  const out: Buffer[] = [];
  let isWhole = false;
  const stream = new Decompress((part, isLast) => {
    if (part.length > 0) out.push(Buffer.from(part));
    isWhole = isLast ?? false;
  });
  try {
    for await (const chunk of chunks) {
      stream.push(chunk);
      yield* out.splice(0);
    }
    stream.push(new Uint8Array(0), true);
  } catch (error) {
    refuse(`is no whole zstd file (${(error as Error).message})`);
  }
  if (!isWhole) refuse('is no whole zstd file');
  yield* out.splice(0);
}
