import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { engineEnv } from '../config/flags/engine-env.ts';
import { flagRecord, templateFlags } from '../config/flags/flag-record.ts';
import {
  everyWarning,
  noWarnErrorOptions,
  type WarnErrorOptions,
  warningLevel,
} from '../config/flags/warning-level.ts';
import type { Json } from '../contracts/json.ts';
import type { Warning } from '../contracts/warning.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { DeferRequest } from '../tasks/deferral.ts';
import type { ProjectRequest } from '../tasks/open-project.ts';
import { printableLines } from '../util/printable.ts';
import { addFlags, snakeCase } from './flag-options.ts';
import type { Io } from './io.ts';
import type { Reporter } from './reporters/reporter.ts';
import { lockWait } from './wait-option.ts';

export type LogFormat = 'text' | 'debug' | 'json' | 'default';
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'none';

/** The options every command knows, as `readOptions` gives them. */
export interface CommonOptions {
  readonly projectDir?: string;
  readonly profilesDir?: string;
  readonly profile?: string;
  readonly target?: string;
  readonly targetPath?: string;
  readonly vars?: string;
  readonly threads?: number;
  readonly wait?: string;
  readonly singleThreaded?: boolean;
  readonly logFormat?: LogFormat;
  readonly logFormatFile?: LogFormat;
  readonly logLevel?: LogLevel;
  readonly logLevelFile?: LogLevel;
  readonly logPath?: string;
  readonly logFileMaxBytes?: number;
  readonly debug?: boolean;
  readonly useColors?: boolean;
  readonly writeJson?: boolean;
  readonly versionCheck?: boolean;
  readonly quiet?: boolean;
  readonly print?: boolean;
  readonly partialParse?: boolean;
  readonly failFast?: boolean;
  readonly warnError?: boolean;
  readonly warnErrorOptions?: WarnErrorOptions;
  readonly showAllDeprecations?: boolean;
  /** What is to be said of how flags were given. */
  readonly flagWarnings?: readonly Warning[];
  /** Flags of the project that say what a dbt version does. */
  readonly behavior?: Readonly<Record<string, boolean>>;
  /** Flags that stand in profiles.yml, where the project states none. */
  readonly profileFlags?: Readonly<Record<string, Json>>;
}

export interface SelectOptions {
  readonly select?: readonly string[];
  readonly models?: readonly string[];
  readonly exclude?: readonly string[];
  readonly selector?: string;
  readonly projectDir?: string;
  readonly state?: string;
  readonly defer?: boolean;
  readonly deferState?: string;
  readonly favorState?: boolean;
  readonly resourceTypes?: readonly string[];
  readonly excludeResourceTypes?: readonly string[];
  readonly indirectSelection?: 'eager' | 'cautious' | 'buildable' | 'empty';
}

/** Adds the options of commands that open a project; those that all commands know come from `program.ts`. */
export function commonOptions(command: Command): Command {
  return addFlags(command, ['project_dir', 'profiles_dir', 'target_path', 'threads'])
    .option('--vars <yaml>', "variables, as in '{start: 2026-01-01}'")
    .option('--wait <time>', 'wait for a database that is in use: 30s, 5m, 1h');
}

export function selectOptions(command: Command): Command {
  return command
    .option(
      '-s, --select <selector...>',
      'nodes to take, as in `curated+`, `tag:nightly`, `+fact_orders`',
    )
    .addOption(new Option('-m, --models <selector...>').hideHelp())
    .addOption(new Option('--model <selector...>').hideHelp())
    .option('--exclude <selector...>', 'nodes to leave out')
    .option('--selector <name>', 'a selector of selectors.yml');
}

/** What the options say of deferral; undefined when nothing is deferred. */
export function deferralOf(options: SelectOptions, io: Io): { defer: DeferRequest | undefined } {
  if (options.defer !== true) return { defer: undefined };
  const { deferState } = options;
  return {
    defer: {
      state:
        deferState === undefined
          ? selectionOf(options, io).state
          : stateFolder(deferState, options, io),
      favorState: options.favorState === true,
    },
  };
}

/** Adds the options that keep a selection to some resource types. */
export function resourceTypeOptions(command: Command): Command {
  return addFlags(command, ['resource_types', 'exclude_resource_types']);
}

/** Resource types of the options. */
export function typesOf({ resourceTypes = [], excludeResourceTypes = [] }: SelectOptions) {
  return { resourceTypes, excludedTypes: excludeResourceTypes };
}

/** A folder of artifacts: in the project that `--project-dir` names, as in dbt, or from where the user is. */
export function stateFolder(
  folder: string,
  { projectDir }: Pick<CommonOptions, 'projectDir'>,
  io: Io,
): string {
  const here = resolve(io.cwd, folder);
  const there = resolve(io.cwd, projectDir ?? '', folder);
  return existsSync(there) ? there : here;
}

/** What the options say of the selection. */
export function selectionOf(options: SelectOptions, io: Io) {
  const { state } = options;
  return {
    selector: options.selector,
    state: state === undefined ? undefined : stateFolder(state, options, io),
    select: options.select ?? options.models ?? [],
    exclude: options.exclude ?? [],
    ...(options.indirectSelection === undefined ? {} : { indirect: options.indirectSelection }),
  };
}

/** What `--warn-error` and `--warn-error-options` make of a warning. */
export function levelOfWarning(
  name: string,
  { warnError, warnErrorOptions }: CommonOptions,
): 'error' | 'warn' | 'silence' {
  return warningLevel(
    name,
    warnError === true ? everyWarning : (warnErrorOptions ?? noWarnErrorOptions),
  );
}

/** Whether lines are coloured: where the terminal has it, unless `--no-use-colors` or JSON is wanted. */
export function isColored({ useColors, logFormat }: CommonOptions, io: Io): boolean {
  return io.color && useColors !== false && logFormat !== 'json';
}

/** Options of a command whose output is data: a terminal shows nothing else of what goes on. */
export function withoutProgress<T extends CommonOptions>(options: T): T {
  return options.logFormat === 'json' ? options : { ...options, quiet: true };
}

/** The project request that the options, the environment and the clock make. */
export async function projectRequest(
  options: CommonOptions,
  io: Io,
  which: string,
  reporter?: Reporter,
): Promise<ProjectRequest> {
  if (options.threads !== undefined && options.threads < 1) {
    throw tsdbtError('usage', {
      message: `--threads must be a whole number from 1, not "${options.threads}".`,
    });
  }
  const vars =
    options.vars === undefined ? {} : (await import('../config/vars.ts')).parseVars(options.vars);
  const flags = flagsOf(which, options, io);
  return {
    projectDir: options.projectDir ?? io.cwd,
    cwd: io.cwd,
    profilesDir: options.profilesDir,
    profile: options.profile,
    target: options.target,
    targetPath: options.targetPath,
    versionCheck: options.versionCheck,
    profileFlags: options.profileFlags,
    wait: lockWait(options.wait, (text) => {
      // Not among the output of a command, which may be data.
      if (options.logFormat !== 'json') io.err(text);
      else reporter?.emit({ type: 'message', level: 'info', text });
    }),
    threads: options.singleThreaded === true ? 1 : options.threads,
    vars,
    invocation: {
      id: reporter?.invocationId ?? randomUUID(),
      startedAt: new Date(),
      now: () => new Date(),
      env: engineEnv(io.env),
      flags: templateFlags(flags),
      args: { ...flagRecord(flags), vars },
      say: reporter?.say ?? ((message) => io.out(printableLines(message))),
    },
  };
}

/** Options that are no flags. */
const ownNames: ReadonlySet<string> = new Set(['vars', 'wait', 'flagWarnings', 'profileFlags']);

/** The flags of an invocation by dbt's names; `behavior` is spread, the values of `--vars` are not in it. */
function flagsOf(which: string, options: object, io: Io): Readonly<Record<string, Json>> {
  const flags: Record<string, Json> = {};
  for (const [name, value] of Object.entries(options)) {
    if (name === 'behavior') Object.assign(flags, value);
    else if (value !== undefined && !ownNames.has(name)) flags[snakeCase(name)] = value as Json;
  }
  return { ...flags, which, invocation_command: commandText(io) };
}

/** The command line as typed, without the values of `--vars`. */
function commandText({ args = [] }: Io): string {
  const shown = args.map((arg, i) => {
    if (args[i - 1] === '--vars') return '…';
    return arg.startsWith('--vars=') ? '--vars=…' : arg;
  });
  return ['tsdbt', ...shown].join(' ');
}

/** The flags as `args` of run_results.json. Variables may hold anything, so they are left to the user's own records. */
export function recordedArgs(
  command: string,
  options: object,
  io: Io,
): Readonly<Record<string, Json>> {
  const hadVars = 'vars' in options && options.vars !== undefined;
  return { ...flagRecord(flagsOf(command, options, io)), ...(hadVars ? { vars_given: true } : {}) };
}
