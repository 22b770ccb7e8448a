import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Invocation, Speaker } from '../context/invocation.ts';
import type { Project } from '../contracts/project.ts';
import { keptJson } from '../util/exact-json.ts';
import { ownValue } from '../util/own-value.ts';
import { timesIn } from '../util/yaml-time.ts';
import type { OpenedProject } from './open-project.ts';

/** Files changed less than this before they were looked at may change again without a trace. */
const settledAfterMs = 2000;

/** The files a parse reads, as they were at one moment. */
export interface FileState {
  /** A line for each file: the number of its package, its path there, its size, times and inode. */
  readonly listing: string;
  /** Digests of the contents of files that were too young for their times to say enough. */
  readonly young: Readonly<Record<string, string>>;
}

/** A line that a template said. */
export interface Message {
  readonly text: string;
  readonly by: Speaker | undefined;
}

/** A file by its package, counted from the project on, and its path there. */
export interface ListedFile {
  readonly package: number;
  readonly path: string;
}

/** What the templates of a parse asked of the outside, and what it printed. */
export interface ParseQuestions {
  /** Environment variables by name, as salted digests: values are never written down. */
  readonly env: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, string>>;
  readonly messages: readonly Message[];
  /** False when it asked for all there is, so that nothing can be compared. */
  readonly isKnown: boolean;
}

/** A text nobody can guess, which makes digests of short secrets useless to others. */
export function newSalt(): string {
  return randomBytes(16).toString('hex');
}

export function digest(salt: string, ...texts: readonly string[]): string {
  const hash = createHash('sha256').update(salt);
  for (const text of texts) hash.update('\0').update(text);
  return hash.digest('hex');
}

/** Digest of all that is settled before a file is read: project, packages, target, vars, tsdbt. */
export function settingsDigest(
  { project, target, request }: OpenedProject,
  packages: readonly Project[],
  salt: string,
): string {
  const self = statSync(fileURLToPath(import.meta.url));
  return digest(
    salt,
    keptJson([project, packages, target, request.vars]),
    ...timesIn([project.vars, packages.map(({ vars }) => vars), request.vars]),
    timesOf(self),
    process.version,
  );
}

/**
 * The state of the files of a project and its packages; undefined when a folder of theirs holds the
 * target folder, which changes with every run.
 */
export function fileState(
  { project }: OpenedProject,
  packages: readonly Project[],
  now: number,
): FileState | undefined {
  const lines: string[] = [];
  const young: Record<string, string> = {};
  const target = `${join(project.root, project.targetPath)}/`;
  for (const [i, { root, paths }] of [project, ...packages].entries()) {
    for (const folder of new Set(Object.values(paths).flat())) {
      const top = join(root, folder);
      if (target.startsWith(top.endsWith('/') ? top : `${top}/`)) return undefined;
      for (const path of walk(top)) {
        const stats = statSync(path, { throwIfNoEntry: false });
        if (stats === undefined) continue;
        lines.push(`${i}\t${path.slice(root.length + 1)}\t${timesOf(stats)}`);
        if (Math.max(stats.mtimeMs, stats.ctimeMs) > now - settledAfterMs) {
          young[path] = contentDigest(path);
        }
      }
    }
  }
  return { listing: lines.join('\n'), young };
}

/** The files that are not as they were; undefined when there are others now, or fewer. */
export function changedFiles(
  before: FileState,
  after: FileState,
  projects: readonly Project[],
): readonly ListedFile[] | undefined {
  const isSameYoung = Object.entries(before.young).every(
    ([path, known]) => contentDigest(path) === known,
  );
  if (before.listing === after.listing && isSameYoung) return [];
  const [old, now] = [before.listing.split('\n'), after.listing.split('\n')];
  if (old.length !== now.length) return undefined;
  const changed: ListedFile[] = [];
  for (const [i, line] of now.entries()) {
    const [at, path] = line.split('\t', 2) as [string, string];
    if (line === old[i]) {
      const whole = join(projects[Number(at)]!.root, path);
      const known = before.young[whole];
      if (known === undefined || contentDigest(whole) === known) continue;
    } else if (!old[i]!.startsWith(`${at}\t${path}\t`)) return undefined;
    changed.push({ package: Number(at), path });
  }
  return changed;
}

/** Times and size of a file as one text; each change of its contents changes it. */
export function timesOf({ size, mtimeMs, ctimeMs, ino }: Stats): string {
  return `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
}

/** Of a file that is gone, no text is the digest. */
function contentDigest(path: string): string {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return '';
  }
}

function* walk(folder: string): Generator<string> {
  const entries = readdirOrNothing(folder);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(path);
    else if (entry.isFile()) yield path;
  }
}

function readdirOrNothing(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** An invocation that notes what templates ask of it. */
export function questioned(
  invocation: Invocation,
  salt: string,
): { readonly invocation: Invocation; asked(): ParseQuestions } {
  const env = new Set<string>();
  const flags = new Set<string>();
  const messages: Message[] = [];
  let isKnown = true;
  const noting = <T extends object>(target: T, names: Set<string>): T =>
    new Proxy(target, {
      get: (of, name) => {
        names.add(String(name));
        return Reflect.get(of, name);
      },
      has: (of, name) => {
        names.add(String(name));
        return Reflect.has(of, name);
      },
      getOwnPropertyDescriptor: (of, name) => {
        names.add(String(name));
        return Reflect.getOwnPropertyDescriptor(of, name);
      },
      ownKeys: (of) => {
        isKnown = false;
        return Reflect.ownKeys(of);
      },
    });
  return {
    invocation: {
      ...invocation,
      env: noting({ ...invocation.env }, env),
      flags: noting({ ...invocation.flags }, flags),
      args: noting({ ...invocation.args }, flags),
      say: (text, by) => {
        if (by !== 'debug') messages.push({ text, by });
        invocation.say(text, by);
      },
    },
    asked: () => ({
      env: answers([...env], (name) => envDigest(invocation, name, salt)),
      flags: answers([...flags], (name) => flagText(invocation, name)),
      messages,
      isKnown,
    }),
  };
}

/** Whether this invocation would answer every question as the one before did. */
export function sameAnswers(before: ParseQuestions, invocation: Invocation, salt: string): boolean {
  return (
    Object.entries(before.env).every(([name, was]) => envDigest(invocation, name, salt) === was) &&
    Object.entries(before.flags).every(([name, was]) => flagText(invocation, name) === was)
  );
}

function answers(
  names: readonly string[],
  answer: (name: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, answer(name)]));
}

function envDigest({ env }: Invocation, name: string, salt: string): string {
  const value = ownValue(env, name);
  return value === undefined ? '' : digest(salt, name, value);
}

function flagText({ flags }: Invocation, name: string): string {
  return Object.hasOwn(flags, name) ? JSON.stringify(flags[name]) : '';
}
