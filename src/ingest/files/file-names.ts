import { isUtf8 } from 'node:buffer';
import { type Dirent, readdirSync } from 'node:fs';

/**
 * Names of a folder that are not UTF-8, with their wrong bytes written as `\xff`, by what they are as
 * text. Such a name can't be opened by its text.
 */
export function namesNotUtf8(
  folder: string,
  entries: readonly Dirent[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (!entries.some(({ name }) => name.includes('\ufffd'))) return found;
  for (const name of readdirSync(folder, { encoding: 'buffer' })) {
    if (!isUtf8(name)) found.set(name.toString('utf8'), escapedName(name));
  }
  return found;
}

/** The text of a name with each byte that is no part of a UTF-8 character as `\xff`. */
function escapedName(name: Buffer): string {
  let text = '';
  for (let at = 0; at < name.length; ) {
    const length = [1, 2, 3, 4].find((n) => {
      const part = name.subarray(at, at + n);
      return part.length === n && isUtf8(part);
    });
    text +=
      length === undefined
        ? `\\x${name[at]!.toString(16).padStart(2, '0')}`
        : name.toString('utf8', at, at + length);
    at += length ?? 1;
  }
  return text;
}
