import { fnmatch, hasWildcard } from '../fnmatch.ts';
import type { SelectorMethod } from './method.ts';

/** `path:models/curated`: the node's file, its property file, or a folder above one of them. */
export const path: SelectorMethod = {
  name: 'path',
  matches: (node, value) => {
    const wanted = value.replaceAll('\\', '/').replace(/^\.\//, '').replace(/\/+$/, '');
    return isWithin(node.path, wanted) || isFile(node.patchPath, wanted);
  },
};

/** Folders count above the node's own file only. */
function isFile(file: string | undefined, wanted: string): boolean {
  if (file === undefined) return false;
  return hasWildcard(wanted) ? matchesParts(file.split('/'), wanted.split('/')) : file === wanted;
}

function isWithin(file: string, wanted: string): boolean {
  if (!hasWildcard(wanted)) return file === wanted || file.startsWith(`${wanted}/`);
  // A glob part stays inside one folder, `**` crosses folders; folders above the file count too.
  const parts = file.split('/');
  for (let end = parts.length; end > 0; end--) {
    if (matchesParts(parts.slice(0, end), wanted.split('/'))) return true;
  }
  return false;
}

function matchesParts(parts: readonly string[], wanted: readonly string[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return parts.length === 0;
  if (first === '**') {
    return Array.from({ length: parts.length + 1 }, (_, skip) => skip).some((skip) =>
      matchesParts(parts.slice(skip), rest),
    );
  }
  return parts.length > 0 && fnmatch(parts[0]!, first) && matchesParts(parts.slice(1), rest);
}
