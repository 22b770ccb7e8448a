import { tsdbtError } from '../errors/tsdbt-error.ts';

/** A regular file or a folder of an archive. */
export interface TarEntry {
  /** Relative, with `/`, without `.` and `..`. */
  readonly path: string;
  /** Undefined for a folder. */
  readonly data: Uint8Array | undefined;
}

export interface TarLimits {
  readonly entries: number;
  readonly bytes: number;
}

export const tarLimits: TarLimits = { entries: 20_000, bytes: 256 * 1024 * 1024 };

const block = 512;

/**
 * Reads a tar archive (ustar, pax, GNU long names) to its regular files and folders. Anything else
 * in it is refused, links above all: an archive is a stranger's, and a link is a way out of the
 * folder it is unpacked into. So are names that lead elsewhere, are in it twice, in other letter case
 * too, or are the name of a file and of a folder.
 */
export function readTar(
  archive: Uint8Array,
  what: string,
  limits: TarLimits = tarLimits,
): readonly TarEntry[] {
  const refuse = (problem: string) => tsdbtError('package-archive-refused', { what, problem });
  const entries: TarEntry[] = [];
  const seen = new Map<string, 'file' | 'folder'>();
  let bytes = 0;
  let overrides: Record<string, string> = {};
  let at = 0;
  for (;;) {
    const header = archive.subarray(at, at + block);
    if (header.length === 0 || header.every((byte) => byte === 0)) break;
    if (header.length < block) throw refuse('it ends in the middle of an entry');
    if (!checksumHolds(header)) throw refuse('it is not a tar archive, or is damaged');
    const size =
      overrides['size'] === undefined ? octal(header, 124, 12) : Number(overrides['size']);
    const type = String.fromCharCode(header[156]!);
    const start = at + block;
    if (!Number.isSafeInteger(size) || size < 0 || start + size > archive.length)
      throw refuse('an entry is longer than the archive');
    const data = archive.subarray(start, start + size);
    at = start + Math.ceil(size / block) * block;
    if (type === 'g') continue;
    if (type === 'x') {
      overrides = { ...overrides, ...paxFields(data) };
      continue;
    }
    if (type === 'L') {
      overrides = { ...overrides, path: text(data) };
      continue;
    }
    const name = overrides['path'] ?? headerName(header);
    overrides = {};
    if (type !== '0' && type !== '\0' && type !== '5') {
      throw refuse(`${show(name)} is ${kindName(type)}; only files and folders are unpacked`);
    }
    const path = safePath(name);
    if (path === undefined) throw refuse(`${show(name)} leads out of the folder of the package`);
    if (path === '') continue;
    if (isTooLong(path)) throw refuse(`${show(name)} is longer than a file system allows`);
    const clash = noteName(seen, path, type === '5' ? 'folder' : 'file');
    if (clash !== undefined) throw refuse(clash);
    bytes += size;
    if (entries.length >= limits.entries)
      throw refuse(`it has more than ${limits.entries} entries`);
    if (bytes > limits.bytes) throw refuse(`it is bigger than ${limits.bytes} bytes`);
    entries.push({ path, data: type === '5' ? undefined : data });
  }
  return entries;
}

/** Notes a name and those of the folders above it; says what is wrong where one is taken already. */
function noteName(
  seen: Map<string, 'file' | 'folder'>,
  path: string,
  kind: 'file' | 'folder',
): string | undefined {
  // File systems that fold letter case or accents would make one file of two.
  const parts = path.normalize('NFC').toLowerCase().split('/');
  for (let depth = 1; depth <= parts.length; depth++) {
    const name = parts.slice(0, depth).join('/');
    const wanted = depth < parts.length ? 'folder' : kind;
    const before = seen.get(name);
    if (before !== undefined && before !== wanted)
      return `${show(path.split('/').slice(0, depth).join('/'))} is a file and a folder in it`;
    if (before === 'file') return `${show(path)} is in it twice`;
    seen.set(name, wanted);
  }
  return undefined;
}

/** The name without `./` and a closing `/`; undefined when it may lead out of a folder. */
function safePath(name: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a NUL in a name is what is looked for
  if (/[\\\u0000-\u001f\u007f]/.test(name) || name.startsWith('/') || /^[A-Za-z]:/.test(name))
    return undefined;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.some((part) => part === '..' || /[. ]$/.test(part) || part.includes(':')))
    return undefined;
  return parts.join('/');
}

/** Beyond 255 bytes a name, or 1,024 a path, files can't be made or not copied along with their folder. */
function isTooLong(path: string): boolean {
  return (
    Buffer.byteLength(path) > 1024 || path.split('/').some((part) => Buffer.byteLength(part) > 255)
  );
}

function checksumHolds(header: Uint8Array): boolean {
  let sum = 0;
  for (const [i, byte] of header.entries()) sum += i >= 148 && i < 156 ? 32 : byte;
  return sum === octal(header, 148, 8);
}

function octal(header: Uint8Array, offset: number, length: number): number {
  const field = text(header.subarray(offset, offset + length)).trim();
  return /^[0-7]+$/.test(field) ? Number.parseInt(field, 8) : field === '' ? 0 : Number.NaN;
}

function headerName(header: Uint8Array): string {
  const name = text(header.subarray(0, 100));
  const isUstar = text(header.subarray(257, 262)) === 'ustar';
  const prefix = isUstar ? text(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Text up to the first NUL. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Buffer.from(end === -1 ? bytes : bytes.subarray(0, end)).toString('utf8');
}

/** `path` and `size` of a pax header: lines of `<length> <key>=<value>`. */
function paxFields(data: Uint8Array): Record<string, string> {
  const fields: Record<string, string> = {};
  let at = 0;
  while (at < data.length) {
    const space = data.indexOf(32, at);
    const length = space === -1 ? Number.NaN : Number(Buffer.from(data.subarray(at, space)));
    if (!Number.isInteger(length) || length <= space - at) break;
    const record = Buffer.from(data.subarray(space + 1, at + length - 1)).toString('utf8');
    const equals = record.indexOf('=');
    const key = record.slice(0, equals);
    if (key === 'path' || key === 'size') fields[key] = record.slice(equals + 1);
    at += length;
  }
  return fields;
}

function kindName(type: string): string {
  const names: Record<string, string> = {
    '1': 'a hard link',
    '2': 'a symbolic link',
    '3': 'a device',
    '4': 'a device',
    '6': 'a pipe',
  };
  return names[type] ?? `an entry of unknown type`;
}

function show(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name);
}
