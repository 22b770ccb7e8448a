import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { LandingConfig } from '../source/landing-config.ts';
import { isInRoots, landingRoots } from '../source/landing-roots.ts';
import type { BadFile } from './bad-files.ts';
import { namesNotUtf8 } from './file-names.ts';
import { LeftOut } from './left-out.ts';
import { compilePattern, isCalendarDate, type PathPattern } from './path-pattern.ts';

/** A landing file as it is on disk. */
export interface LandingFile {
  /** Relative to the project, with `/` between parts. */
  readonly path: string;
  readonly absolutePath: string;
  /** The date in the path, null for files without one. */
  readonly date: string | null;
  readonly size: number;
  /** Last change of the content in microseconds since 1970, as far as nobody set it. */
  readonly modifiedMicros: bigint;
  /** Last change of content, name or attributes (ctime), which nobody can set. */
  readonly changedMicros: bigint;
  readonly inode: bigint;
}

export interface FileListing {
  /** Sorted by path. */
  readonly files: readonly LandingFile[];
  /** Files and folders that can't be looked at. */
  readonly bad: readonly BadFile[];
  /** Folders of the patterns that are not there. */
  readonly missingFolders: readonly string[];
  readonly notices: readonly string[];
  /** What lies in the folders and matches no pattern, in one sentence; undefined for nothing. */
  readonly leftOut: string | undefined;
}

interface Walk {
  readonly roots: readonly string[];
  /** Folders on the way down: a link that leads to one of these would never end. */
  readonly visited: Set<string>;
  readonly bad: BadFile[];
  readonly notices: string[];
  /** Whether a pattern takes such a path. */
  readonly takes: (path: string) => boolean;
  readonly visit: (path: string, absolutePath: string) => void;
}

/**
 * Lists the files of a landing source; the first pattern that matches a file gives its date. Files
 * that only `otherPatterns`, of other sources, take are no business of this one. One file is one
 * system call: waiting for each of 20,000 costs more than the calls do.
 */
export async function listLandingFiles(
  landing: LandingConfig,
  sourceName: string,
  projectDir: string,
  otherPatterns: readonly string[] = [],
): Promise<FileListing> {
  const patterns = landing.paths.map(compilePattern);
  const folders = new Set(patterns.map((pattern) => pattern.baseFolder));
  const roots = landingRoots(projectDir, folders);
  const found = new Map<string, LandingFile>();
  const leftOut = new LeftOut(sourceName, patterns, otherPatterns.map(compilePattern));
  const notices: string[] = [];
  const bad: BadFile[] = [];
  const missingFolders: string[] = [];
  for (const folder of folders) {
    const base = join(projectDir, folder);
    if (statSync(base, { throwIfNoEntry: false })?.isDirectory() !== true) {
      missingFolders.push(folder);
      continue;
    }
    const visit = (path: string, absolutePath: string) => {
      if (found.has(path)) return;
      const date = dateOf(path, patterns, notices);
      if (date === 'none') leftOut.add(path, folder);
      if (date === 'none' || date === 'impossible') return;
      const info = statSync(absolutePath, { bigint: true, throwIfNoEntry: false });
      if (info === undefined || !info.isFile()) return;
      found.set(path, {
        path,
        absolutePath,
        date: date.text,
        size: Number(info.size),
        modifiedMicros: info.mtimeNs / 1000n,
        changedMicros: info.ctimeNs / 1000n,
        inode: info.ino,
      });
    };
    const prefix = folder === '.' ? '' : `${folder}/`;
    const takes = (path: string) => patterns.some((pattern) => pattern.match(path) !== undefined);
    walk(base, prefix, { roots, visited: new Set(), bad, notices, takes, visit });
  }
  const files = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, bad, missingFolders, notices, leftOut: leftOut.sentence() };
}

function dateOf(
  path: string,
  patterns: readonly PathPattern[],
  notices: string[],
): { readonly text: string | null } | 'none' | 'impossible' {
  for (const pattern of patterns) {
    const match = pattern.match(path);
    if (match === undefined) continue;
    if (match.date === null || isCalendarDate(match.date)) return { text: match.date };
    notices.push(`${path} was left out: ${match.date} is not a date.`);
    return 'impossible';
  }
  return 'none';
}

function walk(folder: string, prefix: string, given: Walk): void {
  const attempt = <T>(path: string, look: () => T): T | undefined => {
    try {
      return look();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (typeof code !== 'string') throw error;
      // What went away meanwhile is not there.
      if (code !== 'ENOENT') given.bad.push(unreadable(path, `can't be read (${code})`, error));
      return undefined;
    }
  };
  const real = attempt(prefix, () => realpathSync(folder));
  if (real === undefined || given.visited.has(real)) return;
  given.visited.add(real);
  const entries = attempt(prefix, () => readdirSync(folder, { withFileTypes: true })) ?? [];
  const notUtf8 = namesNotUtf8(folder, entries);
  for (const entry of entries) {
    const path = `${prefix}${entry.name}`;
    const absolutePath = join(folder, entry.name);
    const escaped = notUtf8.get(entry.name);
    if (escaped !== undefined) {
      given.notices.push(
        `${prefix}${escaped} was left out: its name is not UTF-8. Rename it, and it is loaded.`,
      );
    } else if (entry.isSymbolicLink()) {
      const target = attempt(path, () => realpathSync(absolutePath));
      if (target === undefined) {
        const matches = given.takes(path) && !given.bad.some(({ file }) => file === path);
        if (matches) given.bad.push(unreadable(path, 'is a link that leads nowhere', undefined));
      } else if (!isInRoots(target, given.roots))
        given.bad.push({ file: path, error: outside(path) });
      else if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === true) {
        walk(absolutePath, `${path}/`, given);
      } else attempt(path, () => given.visit(path, absolutePath));
    } else if (entry.isDirectory()) walk(absolutePath, `${path}/`, given);
    else if (entry.isFile()) attempt(path, () => given.visit(path, absolutePath));
  }
}

function unreadable(path: string, problem: string, cause: unknown): BadFile {
  const location = { file: path };
  const error = tsdbtError('landing-file-unreadable', { file: path, problem }, { cause, location });
  return { file: path, error };
}

function outside(path: string): ReturnType<typeof tsdbtError> {
  return tsdbtError(
    'path-outside-project',
    { path, what: 'The landing path' },
    { location: { file: path } },
  );
}
