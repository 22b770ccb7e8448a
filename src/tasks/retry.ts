import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Json } from '../contracts/json.ts';
import type { BatchResults } from '../contracts/result.ts';
import { asUniqueId, type UniqueId } from '../contracts/unique-id.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { parseJson } from '../util/exact-json.ts';
import { type ExecuteCommand, executedTypes } from './executed-types.ts';
import type { OpenedProject } from './open-project.ts';

/** What the last run left undone, and the flags it was given. */
export interface RetryPlan {
  readonly command: ExecuteCommand;
  /** Ids that failed or were skipped. */
  readonly ids: readonly UniqueId[];
  /** Ids of tests that passed, perhaps on content that was not published. */
  readonly passed: readonly UniqueId[];
  /** Batches of microbatch models that were built in part. */
  readonly batches: ReadonlyMap<UniqueId, BatchResults>;
  /** The recorded flags, under the names of the command line options. */
  readonly options: Readonly<Record<string, Json>>;
  /** The run had `--vars`, whose values are not recorded. */
  readonly hadVars: boolean;
}

/** Statuses that are retried (core `task/retry.py`). */
const retried: ReadonlySet<string> = new Set([
  'error',
  'fail',
  'skipped',
  'runtime error',
  'partial success',
]);

/** Flags that say how a run is started or shown, not what it does; those of `retry` count. */
const notRepeated: ReadonlySet<string> = new Set([
  'which',
  'vars_given',
  'vars',
  'invocation_command',
  'project_dir',
  'profiles_dir',
  'target_path',
  'quiet',
  'print',
  'debug',
  'log_format',
  'log_format_file',
  'log_level',
  'log_level_file',
  'log_path',
  'log_file_max_bytes',
  'printer_width',
  'use_colors',
  'use_colors_file',
  'warn_error',
  'warn_error_options',
  'version_check',
  'watch',
]);

/**
 * Reads `run_results.json` of a folder, or of the target folder. With `warningsFail`, what warned is retried
 * as well (core `task/retry.py`).
 */
export function readRetry(
  { project }: OpenedProject,
  warningsFail: boolean,
  folder?: string,
): RetryPlan {
  const file = join(folder ?? project.targetPath, 'run_results.json');
  const impossible = (problem: string) => tsdbtError('retry-impossible', { file, problem });
  let text: string;
  try {
    text = readFileSync(resolve(project.root, file), 'utf8');
  } catch {
    throw impossible('is not there');
  }
  let artifact: Json;
  try {
    artifact = parseJson(text) as Json;
  } catch {
    throw impossible('is not JSON');
  }
  const { args, results } = fields(artifact);
  const recorded = fields(args);
  const command = String(recorded['which'] ?? '');
  if (!isExecuteCommand(command))
    throw impossible(
      `was left by tsdbt ${command === '' ? '(unknown)' : command}, which runs no nodes`,
    );
  if (!Array.isArray(results)) throw impossible('has no results');
  const having = (statuses: ReadonlySet<string>) =>
    results
      .map(fields)
      .filter((result) => statuses.has(String(result['status'])))
      .map((result) => asUniqueId(String(result['unique_id'])));
  const [ids, passed] = warningsFail
    ? [having(new Set([...retried, 'warn'])), having(new Set(['pass']))]
    : [having(retried), having(new Set(['pass', 'warn']))];
  const batches = new Map<UniqueId, BatchResults>();
  for (const result of results.map(fields)) {
    const { successful, failed } = fields(result['batch_results']);
    if (!Array.isArray(failed) || failed.length === 0) continue;
    batches.set(asUniqueId(String(result['unique_id'])), {
      successful: windows(successful),
      failed: windows(failed),
    });
  }
  const options: Record<string, Json> = {};
  for (const [name, value] of Object.entries(recorded)) {
    if (notRepeated.has(name)) continue;
    options[name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())] = value;
  }
  const hadVars =
    recorded['vars_given'] === true || Object.keys(fields(recorded['vars'])).length > 0;
  return { command, ids, passed, batches, options, hadVars };
}

function isExecuteCommand(name: string): name is ExecuteCommand {
  return Object.hasOwn(executedTypes, name);
}

function windows(value: Json | undefined): BatchResults['failed'] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((pair) =>
    Array.isArray(pair)
      ? [{ start: new Date(String(pair[0])), end: new Date(String(pair[1])) }]
      : [],
  );
}

function fields(value: Json | undefined): Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>)
    : {};
}
