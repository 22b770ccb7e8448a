import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Json } from '../contracts/json.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { DeferRequest } from '../tasks/deferral.ts';
import type { ProjectRequest } from '../tasks/open-project.ts';
import type { Io } from './io.ts';

/** The options every command knows. Values are undefined where nothing was given. */
export interface CommonOptions {
  readonly projectDir?: string;
  readonly profilesDir?: string;
  readonly profile?: string;
  readonly target?: string;
  readonly targetPath?: string;
  readonly vars?: string;
  readonly threads?: string;
  readonly logFormat?: 'text' | 'json';
  readonly quiet?: boolean;
  readonly partialParse?: boolean;
}

export interface SelectOptions {
  readonly select?: readonly string[];
  readonly models?: readonly string[];
  readonly exclude?: readonly string[];
  readonly selector?: string;
  readonly state?: string;
  readonly defer?: boolean;
  readonly deferState?: string;
  readonly favorState?: boolean;
  readonly resourceType?: readonly string[];
  readonly resourceTypes?: readonly string[];
  readonly excludeResourceType?: readonly string[];
  readonly excludeResourceTypes?: readonly string[];
  readonly indirectSelection?: 'eager' | 'cautious' | 'buildable' | 'empty';
}

/** Adds the common options; they may stand before or behind the command's name. */
export function commonOptions(command: Command): Command {
  return command
    .option(
      '--project-dir <folder>',
      'folder of the project file (default: this folder or one above)',
    )
    .option('--profiles-dir <folder>', 'folder of profiles.yml')
    .option('--profile <name>', "profile to use instead of the project's")
    .option('-t, --target <name>', 'target of the profile')
    .option('--target-path <folder>', 'folder for artifacts and compiled SQL (default: target)')
    .option('--vars <yaml>', "variables, as in '{start: 2026-01-01}'")
    .option('--threads <n>', 'how many nodes run at the same time')
    .addOption(
      new Option('--log-format <format>', 'how progress is written').choices(['text', 'json']),
    )
    .option('-q, --quiet', 'only errors and the summary')
    .option('--no-partial-parse', 'read every file, whatever target/parse_cache.json says');
}

export function selectOptions(command: Command): Command {
  return command
    .option(
      '-s, --select <selector...>',
      'nodes to take, as in `curated+`, `tag:nightly`, `+fact_orders`',
    )
    .addOption(new Option('-m, --models <selector...>').hideHelp())
    .option('--exclude <selector...>', 'nodes to leave out')
    .option('--selector <name>', 'a selector of selectors.yml')
    .option('--state <folder>', 'artifacts of an earlier run, for `state:modified` and the like')
    .addOption(
      new Option('--indirect-selection <mode>', 'which tests come with the selected nodes').choices(
        ['eager', 'cautious', 'buildable', 'empty'],
      ),
    );
}

/** Adds the options that let a `ref` mean what stands in another state. */
export function deferOptions(command: Command): Command {
  return command
    .option('--defer', 'read what is not built here from where the manifest of --state has it')
    .addOption(new Option('--no-defer', 'not so, whatever DBT_DEFER says'))
    .option('--defer-state <folder>', 'the manifest for --defer, where it is not that of --state')
    .option('--favor-state', 'with --defer: read all that is not selected from there')
    .addOption(new Option('--no-favor-state', 'not so, whatever DBT_FAVOR_STATE says'));
}

/** What options and environment say of deferral; undefined when nothing is deferred. */
export function deferralOf(options: SelectOptions, io: Io): { defer: DeferRequest | undefined } {
  if (!(options.defer ?? flagOf(io, 'DBT_DEFER'))) return { defer: undefined };
  const named = options.deferState ?? io.env['DBT_DEFER_STATE'];
  const state = named === undefined || named === '' ? undefined : resolve(io.cwd, named);
  return {
    defer: {
      state: state ?? selectionOf(options, io).state,
      favorState: options.favorState ?? flagOf(io, 'DBT_FAVOR_STATE'),
    },
  };
}

/** A yes or no of the environment, in the words that dbt takes. */
function flagOf(io: Io, name: string): boolean {
  const text = (io.env[name] ?? '').trim().toLowerCase();
  if (['', '0', 'false', 'f', 'no', 'n', 'off'].includes(text)) return false;
  if (['1', 'true', 't', 'yes', 'y', 'on'].includes(text)) return true;
  throw tsdbtError('usage', { message: `${name} must be true or false, not "${text}".` });
}

/** Adds the options that keep a selection to some resource types. */
export function resourceTypeOptions(command: Command): Command {
  return command
    .option('--resource-type <type...>', 'only these: model, seed, snapshot, test, source …')
    .addOption(new Option('--resource-types <type...>').hideHelp())
    .option('--exclude-resource-type <type...>', 'all but these')
    .addOption(new Option('--exclude-resource-types <type...>').hideHelp());
}

/** Resource types of the options; several may stand in one word. */
export function typesOf(options: SelectOptions) {
  const words = (...lists: (readonly string[] | undefined)[]) =>
    lists.flatMap((list) => list ?? []).flatMap((text) => text.split(/[\s,]+/));
  return {
    resourceTypes: words(options.resourceType, options.resourceTypes),
    excludedTypes: words(options.excludeResourceType, options.excludeResourceTypes),
  };
}

/** What options and environment say of the selection; a folder is told from where the user is. */
export function selectionOf(options: SelectOptions, io: Io) {
  const state = options.state ?? io.env['DBT_STATE'];
  return {
    selector: options.selector,
    state: state === undefined || state === '' ? undefined : resolve(io.cwd, state),
    select: options.select ?? options.models ?? [],
    exclude: options.exclude ?? [],
    ...(options.indirectSelection === undefined ? {} : { indirect: options.indirectSelection }),
  };
}

/** The project request that the options, the environment and the clock make. */
export async function projectRequest(
  options: CommonOptions,
  io: Io,
  which: string,
  flags: Readonly<Record<string, string | number | boolean | null>> = {},
): Promise<ProjectRequest> {
  const threads = options.threads === undefined ? undefined : Number(options.threads);
  if (threads !== undefined && (!Number.isInteger(threads) || threads < 1)) {
    throw tsdbtError('usage', {
      message: `--threads must be a whole number from 1, not "${options.threads}".`,
    });
  }
  const vars =
    options.vars === undefined ? {} : (await import('../config/vars.ts')).parseVars(options.vars);
  return {
    projectDir: options.projectDir ?? io.env['DBT_PROJECT_DIR'] ?? io.cwd,
    cwd: io.cwd,
    profilesDir: options.profilesDir ?? io.env['DBT_PROFILES_DIR'],
    profile: options.profile ?? io.env['DBT_PROFILE'],
    target: options.target ?? io.env['DBT_TARGET'],
    targetPath: options.targetPath ?? io.env['DBT_TARGET_PATH'],
    threads,
    vars,
    invocation: {
      id: randomUUID(),
      startedAt: new Date(),
      now: () => new Date(),
      env: io.env,
      flags: { FULL_REFRESH: false, STORE_FAILURES: false, WHICH: which, ...flags },
      say: (message) => (options.quiet === true ? undefined : io.out(message)),
    },
  };
}

/** The given options as `args` of run_results.json. Variables may hold anything, so they are left to the user's own records. */
export function recordedArgs(command: string, options: object): Readonly<Record<string, Json>> {
  const args: Record<string, Json> = { which: command };
  if ('vars' in options && options.vars !== undefined) args['vars_given'] = true;
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || name === 'vars') continue;
    args[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value as Json;
  }
  return args;
}
