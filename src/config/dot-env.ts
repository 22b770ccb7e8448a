import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

type Env = Readonly<Record<string, string | undefined>>;

/** A file that is larger is no file of settings. */
const maxBytes = 1_000_000;

/**
 * The environment with what the nearest `.env` says, from `start` upwards; what is set already counts
 * before it (core `cli/main.py`). The environment itself where there is no such file.
 */
export function withDotEnv(start: string, env: Env): Env {
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const text = textOf(join(folder, '.env'));
    if (text !== undefined) return { ...parseDotEnv(text, env), ...env };
    if (folder === dirname(folder)) return env;
  }
}

function textOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || !stats.isFile() || stats.size > maxBytes) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** A line: `export NAME = value # comment`, its value in single or double quotes (then over lines), or bare. */
const binding =
  /^[^\S\r\n]*(?:export[^\S\r\n]+)?(?:'([^']+)'|([^=#\s]+))[^\S\r\n]*=(?:[^\S\r\n]*(?:'((?:\\'|[^'])*)'|"((?:\\"|[^"])*)")[^\S\r\n]*(?:#[^\r\n]*)?$|(?![^\S\r\n]*['"])([^\r\n]*)$)/gm;

/**
 * The variables of the text of a `.env` file, as python-dotenv reads it: `${NAME}` and
 * `${NAME:-default}` stand for variables of `env` and of lines before. Lines that are no such thing are
 * passed over.
 */
export function parseDotEnv(text: string, env: Env = {}): Record<string, string> {
  const values: Record<string, string> = {};
  for (const match of text.matchAll(binding)) {
    const name = match[1] ?? match[2]!;
    const written =
      match[3]?.replaceAll(/\\([\\'])/g, '$1') ??
      match[4]?.replaceAll(
        /\\([\\'"abfnrtv])/g,
        (_, letter: string) => escapes[letter] ?? letter,
      ) ??
      bareValue(match[5]!);
    values[name] = written.replaceAll(
      /\$\{([^}:]*)(?::-([^}]*))?\}/g,
      (_, other: string, otherwise: string | undefined) =>
        env[other] ?? values[other] ?? otherwise ?? '',
    );
  }
  return values;
}

/** Without a comment, which starts with `#` behind a blank, and blanks around it. */
function bareValue(text: string): string {
  for (let at = text.indexOf('#'); at !== -1; at = text.indexOf('#', at + 1)) {
    if (text[at - 1] === ' ' || text[at - 1] === '\t') return text.slice(0, at).trim();
  }
  return text.trim();
}

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};
