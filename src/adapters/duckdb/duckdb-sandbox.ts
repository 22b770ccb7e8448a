import { existsSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { FileReach } from '../adapter-factory.ts';
import type { DuckDbCredentials } from './duckdb-credentials.ts';

/** Files that the statements of a session may touch, beside the database and what is attached to it. */
export interface Sandbox {
  readonly folders: readonly string[];
  readonly files: readonly string[];
  /** Settings that stay changeable; undefined: all but those that widen the sandbox. */
  readonly changeable: readonly string[] | undefined;
  readonly locks: boolean;
}

/** DuckDB's own words for a sandbox; they are set at the end of the set-up, in their order. */
const sandboxSettings = new Set([
  'allowed_directories',
  'allowed_paths',
  'allowed_configs',
  'enable_external_access',
  'lock_configuration',
]);

/**
 * Settings that lead out of a sandbox, or weaken what keeps a database file whole. They are set once,
 * when the database is opened, and locked in a sandbox.
 */
const guardedSettings =
  /^(allow_\w+|autoinstall_\w+|autoload_\w+|custom_extension_repository|extension_director(y|ies)|default_secret_storage|secret_directory|home_directory|temp_directory|log_query_path|profil(e|ing)_output|\w*checkpoint\w*|debug_\w+)$/i;

export function isSandboxSetting(name: string): boolean {
  return sandboxSettings.has(name.toLowerCase());
}

export function isGuardedSetting(name: string): boolean {
  return isSandboxSetting(name) || guardedSettings.test(name);
}

/**
 * The sandbox of a session; undefined when there is none. `sandbox:` of the profile says so, or
 * DuckDB's `enable_external_access: false` among the settings, or the default of the project. It holds
 * what the project works with (`reach`) and what the profile allows beside that.
 */
export function sandboxOf(
  { sandbox, settings = {}, config_options: options = {} }: DuckDbCredentials,
  reach: FileReach,
  projectRoot: string,
): Sandbox | undefined {
  const stated = lowerKeys({ ...options, ...settings });
  const access = stated.get('enable_external_access');
  const closes = access !== undefined && /^(false|0|off)$/i.test(String(access));
  if (sandbox === false || (sandbox === undefined && !closes && !reach.isDefault)) return undefined;
  const allow = typeof sandbox === 'object' ? (sandbox.allow ?? []) : [];
  const more = [...allow, ...listOf(stated.get('allowed_directories'))];
  const lock = stated.get('lock_configuration');
  const configs = stated.get('allowed_configs');
  const isLocked = lock !== undefined && /^(true|1|on)$/i.test(String(lock));
  return {
    folders: [...reach.folders, ...more.map((path) => located(path, projectRoot))].flatMap(realToo),
    files: [
      ...reach.files,
      ...listOf(stated.get('allowed_paths')).map((path) => located(path, projectRoot)),
    ].flatMap(realToo),
    changeable:
      isLocked || configs !== undefined
        ? [...listOf(configs), ...Object.keys(settings).filter((name) => !isGuardedSetting(name))]
        : undefined,
    locks: lock === undefined || isLocked,
  };
}

/** A path of the profile is relative to the project; an address of an object store stays. */
function located(path: string, projectRoot: string): string {
  return isAbsolute(path) || path.includes('://') ? path : resolve(projectRoot, path);
}

/** DuckDB compares with links followed; what does not exist yet is found by the folder that does. */
function realToo(path: string): readonly string[] {
  if (path.includes('://')) return [path];
  let parent = path;
  while (!existsSync(parent) && dirname(parent) !== parent) parent = dirname(parent);
  const real = resolve(realpathSync(parent), relative(parent, path));
  return real === path ? [path] : [path, real];
}

function listOf(value: unknown): readonly string[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value.map(String) : [String(value)];
}

function lowerKeys(settings: Readonly<Record<string, unknown>>): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(settings).map(([key, value]) => [key.toLowerCase(), value]));
}
