import { hash } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { replaceFile } from '../util/replace-file.ts';

/** Changes with what is in the file; files of another format are written anew. */
const format = 'tsdbt parse cache 10';

/** A file of a head and named parts. Whatever is damaged in it counts as not there. */
export interface CacheFile<Head> {
  readonly head: Head;
  /** The bytes of a part; undefined when it is missing or damaged. */
  part(name: string): Buffer | undefined;
}

interface Envelope<Head> {
  readonly head: Head;
  readonly parts: readonly (readonly [name: string, bytes: number, checksum: string])[];
}

/** Reads a cache file; undefined when there is none, or none that can be used. */
export function readCacheFile<Head>(path: string): CacheFile<Head> | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    return undefined;
  }
  const first = bytes.indexOf(10);
  const second = bytes.indexOf(10, first + 1);
  if (first === -1 || second === -1) return undefined;
  const text = bytes.toString('utf8', first + 1, second);
  if (bytes.toString('utf8', 0, first) !== `${format} ${checksum(text)}`) return undefined;
  const { head, parts } = JSON.parse(text) as Envelope<Head>;
  const places = new Map<string, readonly [from: number, to: number, checksum: string]>();
  let at = second + 1;
  for (const [name, length, sum] of parts) {
    places.set(name, [at, at + length, sum]);
    at += length;
  }
  return {
    head,
    part: (name) => {
      const place = places.get(name);
      if (place === undefined) return undefined;
      const part = bytes.subarray(place[0], place[1]);
      return checksum(part) === place[2] ? part : undefined;
    },
  };
}

/** Only the user may read it, and it is there whole or not at all. Without it all works, slower. */
export function writeCacheFile<Head>(
  path: string,
  head: Head,
  parts: ReadonlyMap<string, Buffer>,
): void {
  const envelope: Envelope<Head> = {
    head,
    parts: [...parts].map(([name, part]) => [name, part.length, checksum(part)]),
  };
  const text = JSON.stringify(envelope);
  const start = Buffer.from(`${format} ${checksum(text)}\n${text}\n`);
  try {
    replaceFile(path, (temporary) => {
      const file = openSync(temporary, 'wx', 0o600);
      try {
        for (const part of [start, ...parts.values()]) writeFileSync(file, part);
      } finally {
        closeSync(file);
      }
    });
  } catch {
    // Whatever is in the way here is in the way of the artifacts too, which report it.
  }
}

/** Removes a file that nobody needs, if that can be done. */
export function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It stands where nothing can be written either.
  }
}

function checksum(data: string | Buffer): string {
  return hash('sha256', data);
}
