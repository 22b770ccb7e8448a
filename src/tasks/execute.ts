import type { AccessMode } from '../adapters/adapter-factory.ts';
import { adapterFactory } from '../adapters/registry.ts';
import type { CompiledNode, CompileEnvironment } from '../compile/compile-node.ts';
import type { InputFilter, TimeWindow } from '../compile/input-filter.ts';
import type { EventSink } from '../contracts/event.ts';
import type { Json } from '../contracts/json.ts';
import type { BatchResults, NodeResult } from '../contracts/result.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import type { AuditMode } from '../run/audit/audited-tests.ts';
import { DatabaseSession } from '../run/database-session.ts';
import { findNotBuilt } from '../run/find-not-built.ts';
import { noOpResults } from '../run/no-op-results.ts';
import type { RunContext } from '../run/run-context.ts';
import { hasHooks, runHooks } from '../run/run-hooks.ts';
import { withRunNodes } from '../run/run-nodes.ts';
import { runSelection } from '../run/run-selection.ts';
import { compileEnvironments } from './compile-environment.ts';
import { type DeferRequest, readDeferral } from './deferral.ts';
import { type ExecuteCommand, executedTypes, noOpTypes } from './executed-types.ts';
import { fileReach } from './file-reach.ts';
import type { ParsedProject } from './open-project.ts';
import { queryComments } from './query-comment.ts';
import { RunArtifacts } from './run-artifacts.ts';
import { isEmptyFile, type SelectionRequest, selectFromProject } from './select-nodes.ts';

export interface ExecuteRequest extends SelectionWithoutTypes {
  readonly command: ExecuteCommand;
  readonly resourceTypes?: readonly string[];
  readonly excludedTypes?: readonly string[];
  readonly fullRefresh: boolean;
  readonly processDate?: string | undefined;
  /** `--reload`: read all landing files again. */
  readonly reload?: boolean | undefined;
  readonly failFast: boolean;
  readonly storeFailures: boolean;
  /** `--warn-error`: tests that would warn fail. */
  readonly warningsFail?: boolean | undefined;
  readonly emit: EventSink;
  /** Statements are told, too: `--log-level debug`. */
  readonly tellStatements?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The flags as given, for run_results.json. */
  readonly args: Readonly<Record<string, Json>>;
  /** `--audit`: overrides what the nodes and the project say. */
  readonly audit?: AuditMode | undefined;
  /** `--changed`: leave alone what is what it was; with the version of the tool. */
  readonly changed?: { readonly toolVersion: string } | undefined;
  /** `--explain`: each node says why it is run or not. */
  readonly explain?: boolean | undefined;
  /** `--defer`; of a clone, what is cloned. */
  readonly defer?: DeferRequest | undefined;
  /** `--empty`, `--sample`. */
  readonly filter?: InputFilter | undefined;
  /** `--event-time-start`, `--event-time-end`. */
  readonly eventTime?: TimeWindow | undefined;
  /** The batches that the run which is retried left, by node. */
  readonly retriedBatches?: ReadonlyMap<UniqueId, BatchResults> | undefined;
  /** Run exactly these, whatever is selected. */
  readonly ids?: ReadonlySet<UniqueId>;
}

type SelectionWithoutTypes = Omit<SelectionRequest, 'resourceTypes'>;

export interface ExecuteResult {
  readonly results: readonly NodeResult[];
  readonly elapsed: number;
  /** False when a node failed or was skipped. */
  readonly success: boolean;
}

/**
 * Runs the selected nodes of a parsed project: `run`, `seed`, `test`, `build`, `clone`. Writes the
 * artifacts, also when something failed or the run was stopped.
 */
export async function executeTask(
  parsed: ParsedProject,
  request: ExecuteRequest,
  session?: DatabaseSession,
): Promise<ExecuteResult> {
  const own = session === undefined;
  const database = session ?? (await openSession(parsed));
  const started = parsed.request.invocation.now();
  const { ids: selected, noOps } = selectedForRun(parsed, request);
  parsed.host.selectedResources = [...selected];
  const artifacts = new RunArtifacts(parsed);
  const emit: EventSink = (event) => {
    artifacts.take(event);
    request.emit(event);
  };
  const onCompiled = (node: CompiledNode) => artifacts.compiled(node);
  const context = runContext(parsed, { ...request, emit, onCompiled }, database, selected);
  let results: readonly NodeResult[] = [];
  let failure: unknown;
  let checkpoint: Promise<void> | undefined;
  try {
    const notBuilt = await findNotBuilt(context, selected, parsed.request.target);
    if (notBuilt?.blocksAll === true) throw notBuilt.error;
    const any = selected.size > 0 && request.command !== 'clone';
    const before = any ? await runHooks('on-run-start', context) : [];
    results = await runSelection(context, {
      before,
      skipAll: skipsAfterHooks(parsed) && before.some((result) => result.status === 'error'),
      after: async (done) => {
        const noted = noOpResults(parsed.manifest, noOps, done, parsed.request.invocation.now());
        const all = [...done, ...noted];
        return [...noted, ...(any ? await runHooks('on-run-end', context, all) : [])];
      },
      command: request.command,
      selected,
      threads: parsed.target.threads,
      failFast: request.failFast,
      testsGate: request.command === 'build',
      audit: request.audit,
      changed: request.changed,
      notBuilt,
      signal: request.signal,
      // Hooks that are still to run stand in the manifest, too.
      whileNoting: () => {
        if (!hasHooks('on-run-end', parsed.manifest)) artifacts.writeManifest();
      },
    });
    if (database.wasOpened && results.some(wroteData))
      checkpoint = database.withConnection((one) => database.adapter.checkpoint(one));
  } catch (error) {
    failure = error;
  }
  // The database is at work on its checkpoint meanwhile.
  artifacts.finish(results, secondsSince(started, parsed), request.args);
  await checkpoint?.catch((error: unknown) => {
    failure ??= error;
  });
  if (own) await database.close();
  failure ??= artifacts.failure;
  if (failure !== undefined) throw failure;
  return {
    results,
    elapsed: secondsSince(started, parsed),
    success: !results.some((result) =>
      ['error', 'fail', 'skipped', 'partial success'].includes(result.status),
    ),
  };
}

/** What running or planning the nodes of a request needs to know. */
export function runContext(
  parsed: ParsedProject,
  request: Pick<
    ExecuteRequest,
    | 'command'
    | 'fullRefresh'
    | 'processDate'
    | 'reload'
    | 'storeFailures'
    | 'warningsFail'
    | 'emit'
    | 'tellStatements'
    | 'defer'
    | 'filter'
    | 'eventTime'
    | 'retriedBatches'
    | 'explain'
    | 'signal'
  > &
    Pick<CompileEnvironment, 'onCompiled'>,
  session: DatabaseSession,
  selected: ReadonlySet<UniqueId>,
): RunContext {
  const deferral = readDeferral(request.defer, selected);
  const environment = compileEnvironments(parsed, session, deferral);
  const { filter, eventTime, retriedBatches, signal, onCompiled } = request;
  return {
    manifest: withRunNodes(parsed.manifest),
    session,
    dialect: parsed.dialect,
    flags: {
      fullRefresh: request.fullRefresh,
      processDate: request.processDate,
      reload: request.reload,
      storeFailures: request.storeFailures,
      warningsFail: request.warningsFail,
      filter,
      eventTime,
    },
    retriedBatches,
    deferred: deferral?.relations,
    cloneFrom: request.command === 'clone' ? deferral?.relations : undefined,
    explain: request.explain,
    cancelled: () => signal?.aborted === true,
    invocationId: parsed.request.invocation.id,
    now: parsed.request.invocation.now,
    emit: request.emit,
    tellStatements: request.tellStatements,
    environment: (connection) => ({ ...environment(connection), filter, onCompiled }),
    comment: queryComments(parsed, environment),
  };
}

/** Whether nodes are skipped when an on-run-start hook fails: unless the flag says no, as in dbt 1.12. */
function skipsAfterHooks({ project }: ParsedProject): boolean {
  return project.flags?.['skip_nodes_if_on_run_start_fails'] !== false;
}

/** The database of a parsed project, for writing unless said otherwise; opened when first asked. */
export async function openSession(
  parsed: ParsedProject,
  mode: AccessMode = 'write',
): Promise<DatabaseSession> {
  const adapter = await adapterFactory(parsed.target.type).create(
    parsed.target,
    parsed.project.root,
    fileReach(parsed),
    { mode, wait: parsed.request.wait },
  );
  return new DatabaseSession(adapter, parsed.request.invocation.flags['INTROSPECT'] !== false);
}

type RunRequest = Pick<
  ExecuteRequest,
  'command' | 'resourceTypes' | 'excludedTypes' | 'emit' | 'ids'
> &
  SelectionWithoutTypes;

/** The ids that a request runs: selected, of a type the command takes, not ephemeral. */
export function selectedIds(parsed: ParsedProject, request: RunRequest): ReadonlySet<UniqueId> {
  return selectedForRun(parsed, request).ids;
}

/** As {@link selectedIds}, with what a build only has a result of. */
function selectedForRun(
  parsed: ParsedProject,
  request: RunRequest,
): { readonly ids: ReadonlySet<UniqueId>; readonly noOps: readonly UniqueId[] } {
  if (request.ids !== undefined) return { ids: request.ids, noOps: [] };
  const noOpsOf = request.command === 'build' ? noOpTypes : new Set<string>();
  const types = new Set([...executedTypes[request.command], ...noOpsOf]);
  const asked = request.resourceTypes ?? [];
  const left = request.excludedTypes ?? [];
  const wanted = asked.length === 0 || asked.includes('all') ? [...types] : asked;
  const resourceTypes = new Set(wanted.filter((type) => types.has(type) && !left.includes(type)));
  const selection = selectFromProject(parsed, { ...request, resourceTypes });
  for (const warning of selection.warnings)
    request.emit({ type: 'message', level: 'warn', ...warning });
  const ids = new Set<UniqueId>();
  const noOps: UniqueId[] = [];
  for (const id of selection.ids) {
    if (noOpsOf.has(id.slice(0, id.indexOf('.')))) noOps.push(id);
    const { nodes, unitTests, functions } = parsed.manifest;
    const node = nodes.get(id) ?? unitTests.get(id) ?? functions.get(id);
    if (node === undefined || node.config['materialized'] === 'ephemeral') continue;
    if (!isEmptyFile(node)) ids.add(id);
  }
  if (ids.size === 0 && noOps.length === 0)
    request.emit({
      type: 'message',
      level: 'warn',
      name: 'NothingToDo',
      text: 'Nothing to do: the selection is empty.',
    });
  return { ids, noOps };
}

function wroteData(result: NodeResult): boolean {
  return result.status === 'success' && result.rowsAffected !== 0;
}

function secondsSince(started: Date, parsed: ParsedProject): number {
  return Math.max(0, parsed.request.invocation.now().getTime() - started.getTime()) / 1000;
}
