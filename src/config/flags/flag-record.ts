import type { Json } from '../../contracts/json.ts';
import { flagTable } from './flag-table.ts';

/** Flags that templates see as attributes of `flags` (core `flags.py`, `get_flag_dict`). */
export const shownToTemplates: ReadonlySet<string> = new Set(
  'use_experimental_parser static_parser warn_error warn_error_options write_json partial_parse use_colors profiles_dir debug log_format version_check fail_fast send_anonymous_usage_stats printer_width indirect_selection log_cache_events quiet no_print cache_selected_only introspect target_path log_path empty maximum_seed_size_mib hints_enabled full_refresh store_failures require_sql_header_in_test_configs'.split(
    ' ',
  ),
);

/** The values of flags whose option the command does not have (core `cli/flags.py`, `FLAGS_DEFAULTS`). */
const everywhere: Readonly<Record<string, Json>> = {
  full_refresh: false,
  store_failures: false,
  introspect: true,
  strict_mode: false,
  warn_error_options: { error: [], warn: [], silence: [] },
};

/** The value that a flag has where nobody set it. */
export function defaultOf(name: string): Json {
  return everywhere[name] ?? flagTable.get(name)?.default ?? null;
}

/** What `flags.X` has in templates, by upper-case name. */
export function templateFlags(
  record: Readonly<Record<string, Json>>,
): Readonly<Record<string, Json>> {
  const names = [...shownToTemplates, 'which', 'invocation_command'];
  return Object.fromEntries(
    names.map((name) => [name.toUpperCase(), record[name] ?? everywhere[name] ?? null]),
  );
}

/** Flags that are left out of records while they are false (core `utils/utils.py`, `args_to_dict`). */
const silentWhenFalse: ReadonlySet<string> = new Set([
  'debug',
  'full_refresh',
  'fail_fast',
  'warn_error',
  'single_threaded',
  'log_cache_events',
  'store_failures',
  'use_experimental_parser',
]);

/** Flags as `invocation_args_dict` and the `args` of artifacts have them. */
export function flagRecord(flags: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const record: Record<string, Json> = {};
  for (const [name, value] of Object.entries({ ...everywhere, ...flags }))
    if (value !== null && (value !== false || !silentWhenFalse.has(name))) record[name] = value;
  return record;
}
