import type { Json } from '../../contracts/json.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { behaviorFlags } from './behavior-flags.ts';
import { envNames, type Flag, flagTable } from './flag-table.ts';
import { valueOfText, valueOfYaml, valuesOf } from './flag-value.ts';
import type { ProjectFlags } from './project-flags.ts';
import { parseWarnErrorOptions, warnErrorOptions } from './warn-error-options.ts';

/** Where the value of a flag is from. */
export type FlagOrigin = 'command line' | 'environment' | 'project' | 'default';

/** What a flag came to. */
export interface FlagValue {
  readonly value: Json;
  readonly origin: FlagOrigin;
}

export interface FlagSources {
  /** Values of the command line, by flag. */
  readonly given: Readonly<Record<string, Json>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly project: ProjectFlags;
}

/**
 * The values of flags: the command line before the environment before `flags:` of the project before the
 * default (core `cli/flags.py`). Throws for a value that a flag can't have.
 */
export function resolveFlags(
  names: Iterable<string>,
  sources: FlagSources,
): ReadonlyMap<string, FlagValue> {
  const found = new Map<string, FlagValue>();
  for (const name of names) found.set(name, resolved(flagTable.get(name)!, sources));
  for (const [name, { origin }] of found) {
    const { follows } = flagTable.get(name)!;
    const leader = follows === undefined ? undefined : found.get(follows);
    if (origin === 'default' && leader !== undefined && leader.origin !== 'default')
      found.set(name, leader);
  }
  const isSet = (name: string) => (found.get(name)?.origin ?? 'default') !== 'default';
  if (isSet('warn_error') && isSet('warn_error_options'))
    throw tsdbtError('flags-exclusive', { first: 'warn_error', second: 'warn_error_options' });
  return found;
}

function resolved(flag: Flag, { given, env, project }: FlagSources): FlagValue {
  const told = given[flag.name];
  if (told !== undefined) return { value: readOptions(flag, told), origin: 'command line' };
  const set = fromEnvironment(flag, env);
  if (set !== undefined) return { value: readOptions(flag, set), origin: 'environment' };
  const written = flag.inProject === true ? project.values[flag.name] : undefined;
  if (written !== undefined && written !== null) {
    const isOptions = flag.kind === 'options';
    const value = isOptions ? warnErrorOptions(written) : valueOfYaml(flag, written);
    if (value !== undefined) return { value, origin: 'project' };
    throw tsdbtError(
      'flag-invalid',
      { where: `flags: ${flag.name}`, value: JSON.stringify(written), allowed: valuesOf(flag) },
      project.yaml === undefined
        ? {}
        : {
            location: project.yaml.locate([
              project.isOfProfile === true ? 'config' : 'flags',
              flag.name,
            ]),
          },
    );
  }
  return { value: flag.default, origin: 'default' };
}

function readOptions(flag: Flag, value: Json): Json {
  const isText = flag.kind === 'options' && typeof value === 'string';
  return isText ? parseWarnErrorOptions(value) : value;
}

function fromEnvironment(flag: Flag, env: FlagSources['env']): Json | undefined {
  const old = flag.oldEnv;
  for (const name of [...envNames(flag), ...(old === undefined ? [] : [old.name])]) {
    const text = env[name];
    if (text === undefined || text === '') continue;
    const value = valueOfText(flag, text);
    if (value === undefined)
      throw tsdbtError('flag-invalid', { where: name, value: text, allowed: valuesOf(flag) });
    return name === old?.name && old.not === true ? value !== true : value;
  }
  return undefined;
}

/** The flags that stand for what a dbt version does, at the project's values. */
export function resolveBehavior(project: ProjectFlags): Readonly<Record<string, boolean>> {
  const values: Record<string, boolean> = {};
  for (const [name, otherwise] of Object.entries(behaviorFlags)) {
    const written = project.values[name];
    values[name] = typeof written === 'boolean' ? written : otherwise;
  }
  return values;
}
