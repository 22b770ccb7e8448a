import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** sha256 over the paths and contents of all files of a folder, sorted by path. */
export function contentHash(folder: string): string {
  const hash = createHash('sha256');
  for (const path of filesOf(folder, '').sort()) {
    const data = readFileSync(join(folder, path));
    hash.update(`${Buffer.byteLength(path)} ${path} ${data.length}\n`).update(data);
  }
  return hash.digest('hex');
}

function filesOf(folder: string, prefix: string): string[] {
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) return filesOf(folder, path);
    return entry.isFile() ? [path] : [];
  });
}
