import { closeSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { fileProblem } from '../errors/file-problem.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { jsonText } from '../util/exact-json.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { keyText } from '../util/mapping-key.ts';
import { replaceFile } from '../util/replace-file.ts';

/** Writes a text file whole or not at all: a reader never sees half of it. */
export function writeFileAtomic(path: string, contents: string): void {
  writeAtomic(path, (temporary) => writeFileSync(temporary, contents));
}

function writeAtomic(path: string, write: (temporary: string) => void): void {
  try {
    replaceFile(path, write);
  } catch (error) {
    throw tsdbtError('file-not-writable', { path, problem: fileProblem(error) }, { cause: error });
  }
}

/** Writes an artifact as JSON; `mask` takes out what must not be written. */
export function writeJson(path: string, value: unknown, mask: (text: string) => string): void {
  writePieces(path, () => jsonPieces(value, 2), mask);
}

/** A part of a file that is open: what is written as it is. */
export interface FileRange {
  readonly file: number;
  readonly from: number;
  readonly to: number;
}

export interface WrittenPieces {
  /** Bytes that were written before the piece that is being asked for. */
  readonly position: number;
  /** Whether `mask` changed anything. */
  readonly isMasked: boolean;
}

/**
 * Writes a text that comes in pieces, none of which `mask` may need its neighbours for: the manifest
 * of a large project is longer than memory should hold. `written` tells where it is while it goes on.
 */
export function writePieces(
  path: string,
  pieces: (written: WrittenPieces) => Iterable<string | FileRange>,
  mask: (text: string) => string,
): WrittenPieces {
  const written = { position: 0, isMasked: false };
  writeAtomic(path, (temporary) => {
    const out = openSync(temporary, 'w');
    try {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      let length = 0;
      const flush = () => {
        for (let at = 0; at < length; ) at += writeSync(out, chunk, at, length - at);
        length = 0;
      };
      for (const piece of pieces(written)) {
        if (typeof piece !== 'string') {
          flush();
          copyRange(piece, out, chunk);
          written.position += piece.to - piece.from;
          continue;
        }
        const text = mask(piece);
        if (text !== piece) written.isMasked = true;
        // A character takes three bytes at most.
        if (length + text.length * 3 > chunkBytes) flush();
        if (text.length * 3 > chunkBytes) {
          const bytes = Buffer.from(text);
          writeFileSync(out, bytes);
          written.position += bytes.length;
        } else {
          const bytes = chunk.write(text, length);
          length += bytes;
          written.position += bytes;
        }
      }
      flush();
    } finally {
      closeSync(out);
    }
  });
  return written;
}

function copyRange({ file, from, to }: FileRange, out: number, chunk: Buffer): void {
  for (let at = from; at < to; ) {
    const read = readSync(file, chunk, 0, Math.min(chunk.length, to - at), at);
    if (read === 0) throw new Error('a file ended before what is to be copied of it');
    for (let done = 0; done < read; ) done += writeSync(out, chunk, done, read - done);
    at += read;
  }
}

const chunkBytes = 1024 * 1024;

/** What `JSON.stringify` gives, in pieces: the entries of the outer `levels` of objects one by one. */
function* jsonPieces(value: unknown, levels: number): Generator<string> {
  if (levels === 0 || !isPlainObject(value)) {
    yield jsonText(value) ?? 'null';
    return;
  }
  let separator = '{';
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    yield `${separator}${JSON.stringify(keyText(key))}:`;
    yield* jsonPieces(inner, levels - 1);
    separator = ',';
  }
  yield separator === '{' ? '{}' : '}';
}
