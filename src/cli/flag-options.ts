import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { findProject } from '../config/find-project.ts';
import { type Flag, flagTable } from '../config/flags/flag-table.ts';
import { valueOfText, valuesOf } from '../config/flags/flag-value.ts';
import type { FlagValue } from '../config/flags/resolve-flags.ts';
import type { Json } from '../contracts/json.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { Io } from './io.ts';

/** Second names of options, as commander has them. */
const otherNames: Readonly<Record<string, string>> = {
  model: 'models',
  resourceType: 'resourceTypes',
  excludeResourceType: 'excludeResourceTypes',
};

/** Adds flags of the table to a command; what its options are for there may be said in other words. */
export function addFlags(
  command: Command,
  names: readonly string[],
  help: Readonly<Record<string, string>> = {},
): Command {
  for (const name of names) {
    const flag = flagTable.get(name)!;
    for (const option of optionsOf({ ...flag, help: help[name] ?? flag.help ?? '' }))
      command.addOption(option);
  }
  return command;
}

/** Adds the flags that every command knows. */
export function addGlobalFlags(command: Command): void {
  const names = [...flagTable.values()].filter((flag) => flag.global === true);
  addFlags(
    command,
    names.map((flag) => flag.name),
  );
}

function optionsOf(flag: Flag): readonly Option[] {
  const long = flag.name.replaceAll('_', '-');
  const short = flag.short === undefined ? '' : `-${flag.short}, `;
  const shown = (option: Option) => (flag.help === '' ? option.hideHelp() : option);
  if (flag.kind === 'switch') return [shown(new Option(`${short}--${long}`, flag.help))];
  if (flag.kind === 'boolean') {
    const on = new Option(`${short}--${long}`, flag.help);
    const off = new Option(`--no-${long}`, flag.help);
    return flag.default === true ? [on.hideHelp(), shown(off)] : [shown(on), off.hideHelp()];
  }
  const value = flag.value ?? '<value>';
  const main = shown(new Option(`${short}--${long} ${value}`, flag.help)).argParser(parser(flag));
  if (flag.kind !== 'words') return [main];
  const other = new Option(`--${long.replace(/s$/, '')} ${value}`).argParser(parser(flag));
  return [main, other.hideHelp()];
}

/** Reads a value of the command line; of several words each comes by itself. */
function parser(flag: Flag): (text: string, before: Json | undefined) => Json {
  return (text, before) => {
    const value = valueOfText(flag, text);
    if (value === undefined) {
      const where = `--${flag.name.replaceAll('_', '-')}`;
      throw tsdbtError('flag-invalid', { where, value: text, allowed: valuesOf(flag) });
    }
    if (flag.kind !== 'words') return value;
    return [...(Array.isArray(before) ? (before as Json[]) : []), ...(value as Json[])];
  };
}

/** The options of a call. */
export interface Call<T> {
  /** All of them: command line, environment, project, defaults. */
  readonly options: T;
  /** Those that the command line or the environment gave. */
  readonly given: Partial<T>;
}

/** The options that a command was called with, its own and its flags. */
export async function readCall<T extends object>(command: Command, io: Io): Promise<Call<T>> {
  const own = givenOptions(command);
  const flags: Record<string, Json> = {};
  for (const [name, value] of Object.entries(own.given)) {
    if (flagTable.has(snakeCase(name))) flags[snakeCase(name)] = value;
  }
  const { flagWarnings } = await import('../config/flags/flag-warnings.ts');
  const { resolveBehavior, resolveFlags } = await import('../config/flags/resolve-flags.ts');
  const { noProjectFlags, readFlags } = await import('../config/flags/project-flags.ts');
  const { profileFolders } = await import('../config/profile.ts');
  const start =
    flags['project_dir'] ?? io.env['DBT_ENGINE_PROJECT_DIR'] ?? io.env['DBT_PROJECT_DIR'];
  const root = projectRoot(resolve(io.cwd, String(start ?? '')));
  const profilesDir =
    flags['profiles_dir'] ?? io.env['DBT_ENGINE_PROFILES_DIR'] ?? io.env['DBT_PROFILES_DIR'];
  const where = { cwd: io.cwd, profilesDir: profilesDir as string | undefined };
  const project =
    root === undefined ? noProjectFlags : readFlags(root, profileFolders(root, where));
  const found = resolveFlags(own.flags, { given: flags, env: io.env, project });
  const all = {
    ...own.defaults,
    ...own.given,
    ...camelCased(found),
    behavior: resolveBehavior(project),
    ...(project.isOfProfile === true ? { profileFlags: project.values } : {}),
    flagWarnings: flagWarnings(own.given, io.env, project),
    ...logFolder(found, root ?? io.cwd),
  };
  const told = [...found].filter(
    ([, { origin }]) => origin === 'command line' || origin === 'environment',
  );
  return { options: all as T, given: { ...own.given, ...camelCased(new Map(told)) } as Partial<T> };
}

/** `logs/` of the project, where something is said of the log file but not where it is. */
function logFolder(
  flags: ReadonlyMap<string, FlagValue>,
  root: string,
): { readonly logPath?: string } {
  if (flags.get('log_path')?.origin !== 'default') return {};
  const isSet = [
    ['log_level_file', 'log_level'],
    ['log_format_file', 'log_format'],
  ].some(([name, leader]) => {
    const value = flags.get(name!);
    return value?.origin !== 'default' && value !== flags.get(leader!);
  });
  return isSet ? { logPath: resolve(root, 'logs') } : {};
}

/** As {@link readCall}, for commands that need not know where a value is from. */
export async function readOptions<T extends object>(command: Command, io: Io): Promise<T> {
  return (await readCall<T>(command, io)).options;
}

/** What was given before and behind the name of a command, and which flags it knows. */
function givenOptions(command: Command) {
  const given: Record<string, Json> = {};
  const defaults: Record<string, Json> = {};
  const flags = new Set<string>();
  for (let at: Command | null = command; at !== null; at = at.parent) {
    for (const option of at.options) {
      const attribute = option.attributeName();
      const name = otherNames[attribute] ?? attribute;
      if (flagTable.has(snakeCase(name))) flags.add(snakeCase(name));
    }
    for (const [attribute, value] of Object.entries(at.opts<Record<string, Json>>())) {
      const name = otherNames[attribute] ?? attribute;
      if (at.getOptionValueSource(attribute) !== 'cli') defaults[name] ??= value;
      else if (given[name] === undefined) given[name] = value;
      else if (Array.isArray(value) && Array.isArray(given[name]) && name !== attribute)
        given[name] = [...(given[name] as Json[]), ...(value as Json[])];
      else throw tsdbtError('flag-repeated', { flag: snakeCase(name) });
    }
  }
  return { given, defaults, flags };
}

function projectRoot(start: string): string | undefined {
  try {
    return findProject(start).root;
  } catch {
    // The command itself says that there is none, where it needs one.
    return undefined;
  }
}

function camelCased(flags: ReadonlyMap<string, FlagValue>): Record<string, Json> {
  const options: Record<string, Json> = {};
  for (const [name, { value }] of flags) if (value !== null) options[camelCase(name)] = value;
  return options;
}

export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
