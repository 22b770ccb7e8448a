import { isPlainObject } from '../util/map-strings.ts';
import type { YamlPath } from './yaml-file.ts';

/** What templates see in the place of a secret. */
const mask = '*****';

/** Names whose values are secret, whatever is in them. */
const secretName =
  /pass(word|wd|phrase|code)?$|pwd|secret|token|credential|private|(^|_)key|key(_|$)|_?apikey|connection_string|signature|authorization|bearer|cookie/i;

/** Keys of an entry of `secrets:` that say where it applies; all others are what it is for. */
const plainInSecrets =
  /^(type|name|provider|scope|region|endpoint|url_style|use_ssl|chain|storage|persistent)$/i;

/** Addresses and connection texts that carry a login: `https://me:pw@host`, `dbname=x password=y`, `?sig=…`. */
const withLogin =
  /:\/\/[^/\s]*@|\b(\w*(password|passwd|pwd|passphrase|secret|token|key|signature)|sig)\s*=/i;

/**
 * The settings of a connection as templates see them under `target`: `*****` in the place of every
 * secret. A secret is what was made from a secret variable of the environment (the paths in `tainted`,
 * keys and indexes joined by a NUL), what has the name of one, and an address with a login in it. Masks in
 * the place of values are what no filter can take off; a search for the value in what was made of it
 * finds only what left it as it was.
 */
export function shownCredentials(
  credentials: Readonly<Record<string, unknown>>,
  tainted: ReadonlySet<string>,
): Readonly<Record<string, unknown>> {
  return shown(credentials, [], false, tainted) as Record<string, unknown>;
}

/** A path as {@link shownCredentials} looks it up. */
export function taintOf(path: YamlPath): string {
  return path.join('\0');
}

function shown(
  value: unknown,
  path: YamlPath,
  isSecret: boolean,
  tainted: ReadonlySet<string>,
): unknown {
  const hidden = isSecret || tainted.has(taintOf(path));
  if (Array.isArray(value))
    return value.map((item, i) => shown(item, [...path, i], hidden, tainted));
  if (isPlainObject(value)) {
    const entries = Object.entries(value).map(([key, item]) => {
      const inner = [...path, key];
      return [key, shown(item, inner, hidden || isSecretKey(path, key), tainted)] as const;
    });
    return Object.fromEntries(entries);
  }
  if (value === null || value === undefined || typeof value === 'boolean') return value;
  return hidden || (typeof value === 'string' && withLogin.test(value)) ? mask : value;
}

function isSecretKey(path: YamlPath, key: string): boolean {
  if (path[0] === 'secrets') return path.length === 2 && !plainInSecrets.test(key);
  // The list of secrets itself, and the name of the one that an attached database uses.
  const isName =
    (path.length === 0 && key === 'secrets') || (path[0] === 'attach' && key === 'secret');
  return !isName && secretName.test(key);
}
