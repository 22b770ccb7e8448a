import { closeSync, mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject } from '../util/map-strings.ts';

/** Writes a text file whole or not at all: a reader never sees half of it. */
export function writeFileAtomic(path: string, contents: string): void {
  writeAtomic(path, (temporary) => writeFileSync(temporary, contents));
}

function writeAtomic(path: string, write: (temporary: string) => void): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    write(temporary);
    renameSync(temporary, path);
  } catch (error) {
    throw tsdbtError(
      'file-not-writable',
      { path, problem: (error as Error).message },
      { cause: error },
    );
  }
}

/** Writes an artifact as JSON; `mask` takes out what must not be written. */
export function writeJson(path: string, value: unknown, mask: (text: string) => string): void {
  writePieces(path, jsonPieces(value, 2), mask);
}

/**
 * Writes a text that comes in pieces, none of which `mask` may need its neighbours for: the manifest
 * of a large project is longer than memory should hold.
 */
export function writePieces(
  path: string,
  pieces: Iterable<string>,
  mask: (text: string) => string,
): void {
  writeAtomic(path, (temporary) => {
    const file = openSync(temporary, 'w');
    try {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      let length = 0;
      const flush = () => {
        for (let at = 0; at < length; ) at += writeSync(file, chunk, at, length - at);
        length = 0;
      };
      for (const piece of pieces) {
        const text = mask(piece);
        // A character takes three bytes at most.
        if (length + text.length * 3 > chunkBytes) flush();
        if (text.length * 3 > chunkBytes) writeFileSync(file, text);
        else length += chunk.write(text, length);
      }
      flush();
    } finally {
      closeSync(file);
    }
  });
}

const chunkBytes = 1024 * 1024;

/** What `JSON.stringify` gives, in pieces: the entries of the outer `levels` of objects one by one. */
function* jsonPieces(value: unknown, levels: number): Generator<string> {
  if (levels === 0 || !isPlainObject(value)) {
    yield JSON.stringify(value) ?? 'null';
    return;
  }
  let separator = '{';
  for (const [key, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    yield `${separator}${JSON.stringify(key)}:`;
    yield* jsonPieces(inner, levels - 1);
    separator = ',';
  }
  yield separator === '{' ? '{}' : '}';
}
