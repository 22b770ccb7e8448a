import { copyFileSync, linkSync, statSync } from 'node:fs';
import type { Warning } from '../contracts/warning.ts';
import { replaceFile } from '../util/replace-file.ts';
import { type CacheFile, writeCacheFile } from './cache-file.ts';
import { identityOf, type ManifestLayout } from './manifest-store.ts';
import type { OpenedProject } from './open-project.ts';
import { type FileState, type ParseQuestions, timesOf } from './parse-inputs.ts';
import { masker, targetFile } from './write-artifacts.ts';

/** What is kept beside the parts of the cache file. */
export interface CacheHead {
  readonly salt: string;
  readonly settings: string;
  readonly young: FileState['young'];
  readonly asked: ParseQuestions;
  readonly warnings: readonly Warning[];
  readonly counts: { readonly nodes: number; readonly sources: number; readonly exposures: number };
  /** Times of the manifest that was written with it; null when none was. */
  readonly manifest: string | null;
  /** The text of the manifest in a file of its own; null when secrets were taken out of it. */
  readonly store:
    | ({ readonly identity: string; readonly firstNode: number } & Omit<ManifestLayout, 'places'>)
    | null;
}

/** Makes the manifest that was just written the one that is kept: both are one file until either is written anew. */
export function keepManifest(opened: OpenedProject): boolean {
  const [from, to] = [targetFile(opened, 'manifest.json'), storeFile(opened)];
  return attempt(() => {
    replaceFile(to, (temporary) => {
      if (!attempt(() => linkSync(from, temporary) === undefined)) copyFileSync(from, temporary);
    });
    return true;
  });
}

/** False for whatever can't be done: without a cache all works, slower. */
export function attempt(body: () => boolean): boolean {
  try {
    return body();
  } catch {
    return false;
  }
}

export const storeName = 'parse_manifest.json';

export function storeFile(opened: OpenedProject): string {
  return targetFile(opened, storeName);
}

export function storeIdentity(opened: OpenedProject): string {
  const stats = statSync(storeFile(opened), { throwIfNoEntry: false });
  return stats === undefined ? '' : identityOf(stats);
}

export function manifestTimes(opened: OpenedProject): string | null {
  const stats = statSync(targetFile(opened, 'manifest.json'), { throwIfNoEntry: false });
  return stats === undefined ? null : timesOf(stats);
}

export function cacheFile(opened: OpenedProject): string {
  return targetFile(opened, 'parse_cache.json');
}

export function bytesOf(places: Uint32Array): Buffer {
  return Buffer.from(places.buffer, places.byteOffset, places.byteLength);
}

export function partsOf(cache: CacheFile<CacheHead>): Map<string, Buffer> {
  const parts = new Map<string, Buffer>();
  for (const name of ['files', 'index', 'places', 'names', 'rest', 'semantics']) {
    const part = cache.part(name);
    if (part !== undefined) parts.set(name, part);
  }
  return parts;
}

/** Writes the cache; no secret value is in it. */
export function keep(
  opened: OpenedProject,
  head: CacheHead,
  parts: ReadonlyMap<string, Buffer>,
): void {
  const mask = masker(opened);
  const masked = new Map(
    [...parts].map(([name, part]) => {
      if (name === 'places') return [name, part];
      const text = part.toString('utf8');
      const clean = mask(text);
      return [name, clean === text ? part : Buffer.from(clean)];
    }),
  );
  writeCacheFile(cacheFile(opened), JSON.parse(mask(JSON.stringify(head))) as CacheHead, masked);
}
