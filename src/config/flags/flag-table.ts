import type { Json } from '../../contracts/json.ts';

/**
 * How a flag is written: `boolean` has `--x` and `--no-x`, `switch` only `--x`; `words` takes several
 * values, of the choices where there are some.
 */
export type FlagKind = 'boolean' | 'switch' | 'text' | 'integer' | 'choice' | 'words' | 'options';

/** A flag of dbt's command line (dbt-core 1.12 `cli/params.py`, `contracts/project.py`). */
export interface Flag {
  /** As in `flags:` and in artifacts: `fail_fast`. */
  readonly name: string;
  readonly kind: FlagKind;
  readonly default: Json;
  readonly short?: string;
  readonly choices?: readonly string[];
  /** What stands for the value in the help. */
  readonly value?: string;
  /** Shown by `--help`; a flag without a text is accepted and hidden, as it has no effect here. */
  readonly help?: string;
  /** Known to every command, before and behind its name. */
  readonly global?: boolean;
  /** Read from `DBT_ENGINE_<NAME>` and `DBT_<NAME>`; `engine`: from the first only. */
  readonly env?: boolean | 'engine';
  /** The name that the variable had once. `not`: its yes was the flag's no. */
  readonly oldEnv?: { readonly name: string; readonly not?: boolean };
  /** May stand under `flags:` of the project. */
  readonly inProject?: boolean;
  /** The flag whose value counts while this one is not given. */
  readonly follows?: string;
}

const levels = ['debug', 'info', 'warn', 'error', 'none'];
const formats = ['text', 'debug', 'json', 'default'];

/** Flags that every command knows. */
const globalFlags: readonly Omit<Flag, 'global'>[] = [
  {
    name: 'target',
    kind: 'text',
    default: null,
    short: 't',
    env: true,
    value: '<name>',
    help: 'target of the profile',
  },
  {
    name: 'profile',
    kind: 'text',
    default: null,
    env: true,
    value: '<name>',
    help: "profile to use instead of the project's",
  },
  {
    name: 'fail_fast',
    kind: 'boolean',
    default: false,
    short: 'x',
    env: true,
    inProject: true,
    help: 'stop at the first failure',
  },
  {
    name: 'state',
    kind: 'text',
    default: null,
    env: true,
    oldEnv: { name: 'DBT_ARTIFACT_STATE_PATH' },
    value: '<folder>',
    help: 'artifacts of an earlier run, for `state:modified` and the like',
  },
  {
    name: 'defer',
    kind: 'boolean',
    default: false,
    env: true,
    oldEnv: { name: 'DBT_DEFER_TO_STATE' },
    help: 'read what is not built here from where the manifest of --state has it',
  },
  {
    name: 'defer_state',
    kind: 'text',
    default: null,
    env: true,
    value: '<folder>',
    help: 'the manifest for --defer, where it is not that of --state',
  },
  {
    name: 'favor_state',
    kind: 'boolean',
    default: false,
    env: true,
    oldEnv: { name: 'DBT_FAVOR_STATE_MODE' },
    help: 'with --defer: read all that is not selected from there',
  },
  {
    name: 'indirect_selection',
    kind: 'choice',
    default: 'eager',
    choices: ['eager', 'cautious', 'buildable', 'empty'],
    env: true,
    inProject: true,
    value: '<mode>',
    help: 'which tests come with the selected nodes',
  },
  {
    name: 'partial_parse',
    kind: 'boolean',
    default: true,
    env: true,
    inProject: true,
    help: 'read every file, whatever target/parse_cache.json says',
  },
  {
    name: 'log_format',
    kind: 'choice',
    default: 'default',
    choices: formats,
    env: true,
    inProject: true,
    value: '<format>',
    help: 'how progress is written',
  },
  {
    name: 'quiet',
    kind: 'boolean',
    default: false,
    short: 'q',
    env: true,
    help: 'only errors and the summary',
  },
  {
    name: 'print',
    kind: 'boolean',
    default: true,
    env: true,
    oldEnv: { name: 'DBT_NO_PRINT', not: true },
  },
  {
    name: 'single_threaded',
    kind: 'boolean',
    default: false,
    env: true,
  },
  { name: 'cache_selected_only', kind: 'boolean', default: false, env: true, inProject: true },
  { name: 'debug', kind: 'boolean', default: false, short: 'd', env: true, inProject: true },
  { name: 'hints_enabled', kind: 'boolean', default: true, env: 'engine', inProject: true },
  { name: 'log_cache_events', kind: 'boolean', default: false, env: true },
  { name: 'log_file_max_bytes', kind: 'integer', default: 10_485_760, env: true },
  {
    name: 'log_format_file',
    kind: 'choice',
    default: 'debug',
    choices: formats,
    env: true,
    inProject: true,
    follows: 'log_format',
  },
  {
    name: 'log_level',
    kind: 'choice',
    default: 'info',
    choices: levels,
    env: true,
    inProject: true,
  },
  {
    name: 'log_level_file',
    kind: 'choice',
    default: 'debug',
    choices: levels,
    env: true,
    inProject: true,
    follows: 'log_level',
  },
  { name: 'log_path', kind: 'text', default: null, env: true, value: '<folder>' },
  { name: 'macro_debugging', kind: 'boolean', default: false, env: true },
  { name: 'maximum_seed_size_mib', kind: 'integer', default: 1, env: 'engine', inProject: true },
  { name: 'partial_parse_file_diff', kind: 'boolean', default: true, env: true },
  { name: 'partial_parse_file_path', kind: 'text', default: null, env: true },
  { name: 'populate_cache', kind: 'boolean', default: true, env: true, inProject: true },
  { name: 'printer_width', kind: 'integer', default: 80, env: true, inProject: true },
  { name: 'record_timing_info', kind: 'text', default: null, short: 'r' },
  {
    name: 'send_anonymous_usage_stats',
    kind: 'boolean',
    default: false,
    env: true,
    inProject: true,
  },
  {
    name: 'show_all_deprecations',
    kind: 'boolean',
    default: false,
    help: 'tell of each deprecation as often as it is met, not once',
  },
  { name: 'show_resource_report', kind: 'boolean', default: false, env: true },
  {
    name: 'snowflake_projects_otel',
    kind: 'boolean',
    default: false,
    env: 'engine',
    inProject: true,
  },
  { name: 'static_parser', kind: 'boolean', default: true, env: true, inProject: true },
  { name: 'upload_to_artifacts_ingest_api', kind: 'boolean', default: false, env: true },
  { name: 'use_colors', kind: 'boolean', default: true, env: true, inProject: true },
  {
    name: 'use_colors_file',
    kind: 'boolean',
    default: true,
    env: true,
    inProject: true,
    follows: 'use_colors',
  },
  { name: 'use_experimental_parser', kind: 'boolean', default: false, env: true, inProject: true },
  { name: 'use_fast_test_edges', kind: 'boolean', default: false, env: true },
  { name: 'use_v2_parser', kind: 'boolean', default: false, env: 'engine', inProject: true },
  { name: 'v2_parser', kind: 'text', default: null, env: 'engine', inProject: true },
  { name: 'version_check', kind: 'boolean', default: true, env: true, inProject: true },
  { name: 'warn_error', kind: 'switch', default: null, env: true, inProject: true },
  {
    name: 'warn_error_options',
    kind: 'options',
    default: null,
    env: true,
    inProject: true,
    value: '<yaml>',
  },
  { name: 'write_json', kind: 'boolean', default: true, env: true, inProject: true },
];

const resourceTypes = [
  'metric',
  'semantic_model',
  'saved_query',
  'source',
  'analysis',
  'function',
  'model',
  'test',
  'unit_test',
  'exposure',
  'snapshot',
  'seed',
  'default',
];

/** Flags that some commands know. */
const commandFlags: readonly Flag[] = [
  {
    name: 'project_dir',
    kind: 'text',
    default: null,
    env: true,
    value: '<folder>',
    help: 'folder of the project file (default: this folder or one above)',
  },
  {
    name: 'profiles_dir',
    kind: 'text',
    default: null,
    env: true,
    value: '<folder>',
    help: 'folder of profiles.yml',
  },
  {
    name: 'target_path',
    kind: 'text',
    default: null,
    env: true,
    value: '<folder>',
    help: 'folder for artifacts and compiled SQL (default: target)',
  },
  {
    name: 'threads',
    kind: 'integer',
    default: null,
    value: '<n>',
    help: 'how many nodes run at the same time',
  },
  {
    name: 'full_refresh',
    kind: 'switch',
    default: false,
    short: 'f',
    env: true,
    help: 'build incremental models anew',
  },
  {
    name: 'store_failures',
    kind: 'switch',
    default: false,
    env: true,
    help: 'keep failing rows in tables',
  },
  {
    name: 'empty',
    kind: 'boolean',
    default: false,
    env: true,
    help: 'build everything without rows: the columns only',
  },
  {
    name: 'sample',
    kind: 'text',
    default: null,
    env: true,
    value: '<window>',
    help: 'read a part of inputs that have an event_time, as in "3 days"',
  },
  {
    name: 'event_time_start',
    kind: 'text',
    default: null,
    env: true,
    value: '<time>',
    help: 'first time that microbatch models build (UTC)',
  },
  {
    name: 'event_time_end',
    kind: 'text',
    default: null,
    env: true,
    value: '<time>',
    help: 'time that microbatch models build up to (UTC)',
  },
  {
    name: 'resource_types',
    kind: 'words',
    default: [],
    choices: [...resourceTypes, 'all'],
    env: true,
    value: '<type...>',
    help: 'only these: model, seed, snapshot, test, source …',
  },
  {
    name: 'exclude_resource_types',
    kind: 'words',
    default: [],
    choices: resourceTypes,
    env: true,
    value: '<type...>',
    help: 'all but these',
  },
  { name: 'introspect', kind: 'boolean', default: true, env: true },
  {
    name: 'inject_ephemeral_ctes',
    kind: 'boolean',
    default: true,
    help: 'leave the queries of ephemeral models out of what reads them',
  },
  { name: 'sqlparse', kind: 'text', default: null, env: 'engine' },
  { name: 'export_saved_queries', kind: 'boolean', default: false, env: true },
  { name: 'include_saved_query', kind: 'boolean', default: false, env: true },
  { name: 'show', kind: 'switch', default: false },
  {
    name: 'clean_project_files_only',
    kind: 'boolean',
    default: true,
    env: true,
    help: 'let `clean-targets` outside of the project be cleaned, too',
  },
  {
    name: 'host',
    kind: 'text',
    default: '127.0.0.1',
    env: true,
    value: '<address>',
    help: 'address to listen on',
  },
  { name: 'browser', kind: 'boolean', default: true },
  { name: 'static', kind: 'switch', default: false },
  { name: 'empty_catalog', kind: 'switch', default: false },
  { name: 'skip_profile_setup', kind: 'switch', default: false, short: 's' },
  { name: 'skip_debug', kind: 'switch', default: false },
];

/** Every flag that has a place in the environment or the project, or is accepted for dbt's sake. */
export const flagTable: ReadonlyMap<string, Flag> = new Map(
  [...globalFlags.map((flag) => ({ ...flag, global: true })), ...commandFlags].map((flag) => [
    flag.name,
    flag,
  ]),
);

/** The variables of the environment that set a flag, the one that counts first. */
export function envNames(flag: Flag): readonly string[] {
  if (flag.env === undefined || flag.env === false) return [];
  const name = flag.name.toUpperCase();
  const engine = `DBT_ENGINE_${name}`;
  return flag.env === 'engine' ? [engine] : [engine, `DBT_${name}`];
}
