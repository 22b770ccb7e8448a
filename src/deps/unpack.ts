import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fileFailure } from '../errors/file-problem.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { readTar, type TarEntry, tarLimits } from './tar.ts';

/** How many times its own size an archive may unpack to; small ones get a megabyte in any case. */
const maxRatio = 200;

/**
 * Unpacks a `.tar.gz` whose entries lie in one folder into `folder`, without that folder's name.
 * Nothing is written before the whole archive was read and found harmless.
 */
export async function unpackTarball(
  archive: Uint8Array,
  folder: string,
  what: string,
): Promise<void> {
  const entries = readTar(await unzip(archive, what), what);
  const tops = new Set(entries.map((entry) => entry.path.split('/')[0]));
  if (tops.size !== 1 || !entries.some((entry) => entry.path.includes('/'))) {
    const problem = `its files must lie in one folder, and it has ${tops.size} at the top`;
    throw tsdbtError('package-archive-refused', { what, problem });
  }
  for (const { path, data } of entries) {
    try {
      write(folder, path.split('/').slice(1), data);
    } catch (error) {
      const failure = fileFailure(error);
      if (failure === undefined || lacksRoom.test(failure.problem)) throw error;
      const problem = `${JSON.stringify(path)} can't be unpacked: ${failure.problem}`;
      throw tsdbtError('package-archive-refused', { what, problem }, { cause: error });
    }
  }
}

/** Failures that say nothing about the archive. */
const lacksRoom = /ENOSPC|EDQUOT|EROFS|EACCES|EPERM|EIO|EMFILE|ENFILE/;

async function unzip(archive: Uint8Array, what: string): Promise<Uint8Array> {
  const allowed = Math.min(tarLimits.bytes, Math.max(archive.length * maxRatio, 1024 * 1024));
  try {
    return await promisify(gunzip)(archive, { maxOutputLength: allowed });
  } catch (error) {
    const tooBig = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const problem = tooBig
      ? `it unpacks to more than ${allowed} bytes`
      : `it is not a gzip file (${(error as Error).message})`;
    throw tsdbtError('package-archive-refused', { what, problem });
  }
}

function write(folder: string, parts: readonly string[], data: TarEntry['data']): void {
  const path = join(folder, ...parts);
  if (data === undefined) mkdirSync(path, { recursive: true });
  else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, data, { flag: 'wx', mode: 0o644 });
  }
}
