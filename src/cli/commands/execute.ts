import { relative } from 'node:path';
import { Command, Option } from 'commander';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { ProjectErrors } from '../../errors/project-errors.ts';
import { toTsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import type { AuditMode } from '../../run/audit/audited-tests.ts';
import type { ExecuteRequest, ExecuteResult } from '../../tasks/execute.ts';
import type { ExecuteCommand } from '../../tasks/executed-types.ts';
import type { ParsedProject } from '../../tasks/open-project.ts';
import type { RetryPlan } from '../../tasks/retry.ts';
import { eventTimeWindow, sampleWindow } from '../../tasks/time-window.ts';
import { addFlags, readOptions } from '../flag-options.ts';
import {
  type CommonOptions,
  commonOptions,
  deferralOf,
  levelOfWarning,
  recordedArgs,
  resourceTypeOptions,
  type SelectOptions,
  selectionOf,
  selectOptions,
  typesOf,
} from '../options.ts';
import { stampedIo } from '../stamped-io.ts';
import { exitCodeOf } from '../stop-signals.ts';
import { version } from '../version.ts';
import { type CommandContext, parseAgain, start } from './command.ts';

/** The options of the commands that run nodes. */
export interface ExecuteOptions extends CommonOptions, SelectOptions {
  readonly fullRefresh?: boolean;
  readonly failFast?: boolean;
  readonly storeFailures?: boolean;
  readonly processDate?: string;
  readonly reload?: boolean;
  /** True: landing folders. */
  readonly watch?: true | 'models';
  readonly changed?: boolean;
  readonly explain?: boolean;
  readonly audit?: AuditMode;
  readonly empty?: boolean;
  readonly sample?: string;
  readonly eventTimeStart?: string;
  readonly eventTimeEnd?: string;
}

/** `tsdbt run`: the models. */
export const runCommand = (context: CommandContext): Command =>
  withRefresh(executeCommand('run', 'build the selected models', context));

/** `tsdbt build`: seeds, models and tests in the order of the graph. */
export const buildCommand = (context: CommandContext): Command =>
  addFlags(
    withRefresh(
      executeCommand('build', 'load seeds, build models and run their tests, in order', context),
    ),
    ['show', 'export_saved_queries', 'include_saved_query'],
  ).addOption(
    new Option(
      '--audit <mode>',
      'node: publish what passes its tests; run: all together when all pass; none: publish first',
    ).choices(['node', 'run', 'none']),
  );

/** `tsdbt seed`: the CSV files of the seeds folder. */
export const seedCommand = (context: CommandContext): Command =>
  addFlags(
    executeCommand('seed', 'load the CSV files of the seeds folder', context),
    ['full_refresh', 'empty', 'show'],
    {
      full_refresh: 'load files again that are in their tables already',
      empty: 'make the tables without rows',
    },
  );

/** `tsdbt snapshot`: the snapshots. */
export const snapshotCommand = (context: CommandContext): Command =>
  addFlags(
    executeCommand('snapshot', 'take the snapshots: note what changed since the last', context),
    ['empty'],
    { empty: 'read no rows' },
  );

/** `tsdbt test`: the data tests. */
export const testCommand = (context: CommandContext): Command =>
  executeCommand('test', 'run the data tests of the selected nodes', context);

function withRefresh(command: Command): Command {
  return addFlags(command, [
    'full_refresh',
    'empty',
    'sample',
    'event_time_start',
    'event_time_end',
  ])
    .option('--process-date <date>', 'load the deliveries of this date (YYYY-MM-DD) again')
    .option('--reload', 'load all landing files again, by the models and rules of today')
    .addOption(
      new Option(
        '--watch [what]',
        'go on loading files as they land; with `models`, building what is edited; until Ctrl-C',
      ).choices(['models']),
    );
}

function executeCommand(
  name: ExecuteCommand,
  description: string,
  context: CommandContext,
): Command {
  const command = addFlags(
    selectOptions(commonOptions(new Command(name).description(description))),
    ['sqlparse'],
  )
    .option('--changed', 'leave alone what has not changed since it was built with --changed')
    .option('--explain', 'with --changed: say of each node why it is run or not')
    .action(async (_options: unknown, self: Command) => {
      const options = await readOptions<ExecuteOptions>(self, context.io);
      context.exit(await execute(name, options, context));
    });
  return name === 'test' || name === 'build'
    ? resourceTypeOptions(addFlags(command, ['store_failures']))
    : command;
}

/** Runs a command's nodes, or exactly those that a retry is for; gives the exit code. */
export async function execute(
  name: ExecuteCommand,
  options: ExecuteOptions,
  { io: given }: CommandContext,
  retry?: Pick<RetryPlan, 'ids' | 'passed' | 'batches'>,
): Promise<number> {
  const io = options.watch !== undefined && options.logFormat !== 'json' ? stampedIo(given) : given;
  checkDate(options.processDate);
  if (
    options.reload === true &&
    (options.fullRefresh === true || options.processDate !== undefined)
  )
    throw tsdbtError('usage', {
      message: '--reload goes with neither --process-date nor --full-refresh.',
    });
  const { defer } = deferralOf(name === 'clone' ? { ...options, defer: true } : options, io);
  if (defer !== undefined && options.changed === true)
    throw tsdbtError('usage', {
      message: '--changed can not say what has changed elsewhere, so it does not go with --defer.',
    });
  const eventTime = eventTimeWindow(options.eventTimeStart, options.eventTimeEnd);
  const sample =
    options.sample === undefined ? undefined : sampleWindow(options.sample, new Date());
  const { parsed, reporter } = await start(options, io, name);
  const request: ExecuteRequest = {
    command: name,
    ...selectionOf(options, io),
    defer,
    ...typesOf(options),
    fullRefresh: options.fullRefresh === true,
    processDate: options.processDate,
    reload: options.reload,
    failFast: options.failFast === true,
    storeFailures: options.storeFailures === true,
    warningsFail: levelOfWarning('LogTestResult', options) === 'error',
    emit: reporter.emit,
    tellStatements: reporter.isDetailed,
    signal: io.signal,
    args: recordedArgs(name, options, io),
    filter: { empty: options.empty === true, sample },
    eventTime,
    audit: options.audit,
    changed: options.changed === true ? { toolVersion: version() } : undefined,
    explain: options.explain,
    ...(retry === undefined
      ? {}
      : {
          ids: withTests(stillThere(retry.ids, parsed, reporter.emit), retry.passed, parsed),
          retriedBatches: retry.batches,
        }),
  };
  if (options.watch === undefined) {
    const { executeTask } = await import('../../tasks/execute.ts');
    return exitCode(await executeTask(parsed, request), io.signal);
  }
  const tell = (level: 'info' | 'error', text: string) =>
    reporter.emit({ type: 'message', level, text });
  if (options.watch === 'models') {
    const { watchModelsTask } = await import('../../tasks/watch-models.ts');
    const succeeded = await watchModelsTask(parsed, request, {
      parse: () => parseAgain(options, io, name, reporter),
      signal: io.signal,
      onReady: (folders) =>
        tell(
          'info',
          `Watching ${folders.map(shortPath(parsed)).join(', ')} for edits. Ctrl-C ends.`,
        ),
      onEdit: (nodes) => {
        if (nodes > 0) tell('info', `Edited: ${nodes} ${nodes === 1 ? 'node' : 'nodes'} to build.`);
        else tell('info', 'Edited: nothing that is selected is another now.');
      },
      onFailure: (error) =>
        reporter.failed(error instanceof ProjectErrors ? error.errors : [toTsdbtError(error)]),
    });
    tell('info', 'Stopped watching.');
    return succeeded ? 0 : 1;
  }
  const { watchTask } = await import('../../tasks/watch.ts');
  const succeeded = await watchTask(parsed, request, {
    signal: io.signal,
    onReady: (folders) =>
      tell('info', `Watching ${folders.join(', ')} for new files. Ctrl-C ends.`),
    onFailure: (error, seconds) =>
      tell('error', `${error.message} Trying again in ${seconds} s, or when a file lands.`),
  });
  tell('info', 'Stopped watching.');
  return succeeded ? 0 : 1;
}

function shortPath({ project }: ParsedProject) {
  return (path: string) => relative(project.root, path) || '.';
}

/**
 * With the tests of what is built again: they passed before it was published, and then it was not, so
 * they have said nothing of what will be.
 */
function withTests(
  ids: ReadonlySet<UniqueId>,
  passed: readonly UniqueId[],
  { manifest }: ParsedProject,
): ReadonlySet<UniqueId> {
  const tests = passed.filter((id) => {
    const test = manifest.nodes.get(id);
    return test?.resourceType === 'test' && test.dependsOn.nodes.some((node) => ids.has(node));
  });
  return new Set([...ids, ...tests]);
}

/** Ids of nodes that the project still has; of the others a line is written. */
function stillThere(
  ids: readonly UniqueId[],
  parsed: ParsedProject,
  emit: ExecuteRequest['emit'],
): ReadonlySet<UniqueId> {
  const found = new Set<UniqueId>();
  for (const id of ids) {
    const { nodes, unitTests, functions } = parsed.manifest;
    if (nodes.has(id) || unitTests.has(id) || functions.has(id)) found.add(id);
    else if (!/^(?:operation|exposure|saved_query)\./.test(id))
      emit({
        type: 'message',
        level: 'warn',
        name: 'RetriedNodeIsGone',
        text: `${id} is no longer in the project.`,
      });
  }
  return found;
}

function exitCode(result: ExecuteResult, signal: AbortSignal): number {
  if (signal.aborted) return exitCodeOf(signal.reason);
  return result.success ? 0 : 1;
}

function checkDate(value: string | undefined): void {
  if (value === undefined) return;
  const date = new Date(`${value}T00:00:00Z`);
  const valid =
    /^\d{4}-\d{2}-\d{2}$/.test(value) &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(value);
  if (!valid) throw tsdbtError('process-date-invalid', { value });
}
