import { closeSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
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

/**
 * Writes an artifact as JSON; `mask` takes out what must not be written. The text is made and
 * written entry by entry, since the manifest of a large project is longer than memory should hold.
 */
export function writeJson(path: string, value: unknown, mask: (text: string) => string): void {
  writeAtomic(path, (temporary) => {
    const file = openSync(temporary, 'w');
    try {
      let pending: string[] = [];
      let length = 0;
      const flush = () => {
        writeFileSync(file, mask(pending.join('')));
        pending = [];
        length = 0;
      };
      for (const piece of jsonPieces(value, 2)) {
        pending.push(piece);
        length += piece.length;
        if (length > pieceLength) flush();
      }
      flush();
    } finally {
      closeSync(file);
    }
  });
}

const pieceLength = 1024 * 1024;

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
