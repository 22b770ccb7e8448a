import type { Connection } from '../adapters/adapter.ts';
import { type FreshnessResult, sourcesArtifact } from '../artifacts/sources-v3.ts';
import { writeJson } from '../artifacts/write-json.ts';
import type { CompileEnvironment } from '../compile/compile-node.ts';
import type { EventSink } from '../contracts/event.ts';
import type { SourceNode } from '../contracts/node.ts';
import type { NodeResult } from '../contracts/result.ts';
import { collectFreshness, nodeOfSource, type SourceAge } from '../run/collect-freshness.ts';
import type { DatabaseSession } from '../run/database-session.ts';
import { mapSqlError } from '../run/map-sql-error.ts';
import {
  hasHooks,
  type ProjectHook,
  projectHooks as projectHooksOf,
  runHooks,
} from '../run/run-hooks.ts';
import { simpleResult } from '../run/simple-result.ts';
import { compileEnvironments } from './compile-environment.ts';
import { openSession, runContext } from './execute.ts';
import type { ParsedProject } from './open-project.ts';
import { type SelectionRequest, selectFromProject } from './select-nodes.ts';
import { masker, metadataSource, targetFile } from './write-artifacts.ts';

const secondsIn = { minute: 60, hour: 3600, day: 86_400 } as const;

export interface FreshnessRequest extends SelectionRequest {
  /** File of the report; `sources.json` of the target folder when absent. */
  readonly output?: string | undefined;
  readonly emit: EventSink;
}

/**
 * How old the newest row of each source is (docs.getdbt.com/reference/resource-properties/freshness).
 * Of a landing source it is the newest file that any model has loaded, read from the ledger.
 */
export async function sourceFreshnessTask(
  parsed: ParsedProject,
  request: FreshnessRequest,
): Promise<{ readonly results: readonly FreshnessResult[]; readonly hooksPass: boolean }> {
  const started = parsed.request.invocation.now();
  const { ids } = selectFromProject(parsed, {
    ...request,
    resourceTypes: new Set(['source']),
  });
  const sources = [...ids].flatMap((id) => {
    const source = parsed.manifest.sources.get(id)!;
    return source.freshness !== null ? source : [];
  });
  const mayWrite = (['on-run-start', 'on-run-end'] as const).some((hook) =>
    hasHooks(hook, parsed.manifest),
  );
  const session = await openSession(parsed, mayWrite ? 'write' : 'read');
  const results: FreshnessResult[] = [];
  const hooks = projectHooks(parsed, session, request.emit);
  let hooksPass = true;
  try {
    if (sources.length > 0) hooksPass = await hooks('on-run-start');
    if (hooksPass)
      await session.withConnection(async (connection) => {
        const environment = compileEnvironments(parsed, session)(connection);
        for (const source of sources)
          results.push(await check(source, parsed, environment, connection));
      });
    if (sources.length > 0) hooksPass = (await hooks('on-run-end', results)) && hooksPass;
  } finally {
    await session.close();
  }
  const elapsed = (parsed.request.invocation.now().getTime() - started.getTime()) / 1000;
  writeJson(
    request.output ?? targetFile(parsed, 'sources.json'),
    sourcesArtifact(results, { metadata: metadataSource(parsed), elapsed }),
    masker(parsed),
  );
  return { results, hooksPass };
}

/** What on-run-end hooks are told of a source. */
function nodeResult(result: FreshnessResult): NodeResult {
  const { uniqueId, status, startedAt, completedAt, error: message } = result;
  return simpleResult(uniqueId, startedAt, completedAt, {
    status: status === 'runtime error' ? 'error' : status,
    message,
  });
}

const hooksNotRun = {
  type: 'message',
  level: 'warn',
  name: 'SourceFreshnessProjectHooksNotRun',
  text: 'The hooks of the project are not run, as the flag source_freshness_run_project_hooks says; that is deprecated.',
} as const;

/**
 * Runs hooks of the project, unless its flags say that freshness does without (core `task/freshness.py`);
 * false when one failed.
 */
function projectHooks(parsed: ParsedProject, session: DatabaseSession, emit: EventSink) {
  const run = parsed.project.flags?.['source_freshness_run_project_hooks'] !== false;
  const request = { command: 'test', fullRefresh: false, storeFailures: false, emit } as const;
  const context = runContext(parsed, request, session, new Set());
  return async (when: ProjectHook, finished?: readonly FreshnessResult[]): Promise<boolean> => {
    if (!run && projectHooksOf(when, parsed.manifest).length > 0) emit(hooksNotRun);
    const results = run ? await runHooks(when, context, finished?.map(nodeResult)) : [];
    for (const { error } of results)
      if (error !== null) emit({ type: 'message', level: 'error', text: error.message });
    return results.every((result) => result.status === 'success');
  };
}

async function check(
  source: SourceNode,
  parsed: ParsedProject,
  environment: CompileEnvironment,
  connection: Connection,
): Promise<FreshnessResult> {
  const { now } = parsed.request.invocation;
  const startedAt = now();
  const base = {
    uniqueId: source.uniqueId,
    criteria: source.config['freshness'] ?? null,
    startedAt,
  };
  try {
    const { maxLoadedAt, snapshottedAt } =
      source.landing === null
        ? await collectFreshness(source, environment)
        : await landingAge(source, parsed, connection);
    // Where nothing was ever loaded it is as old as can be.
    const ageSeconds = (snapshottedAt.getTime() - (maxLoadedAt ?? never).getTime()) / 1000;
    const status = judge(source, ageSeconds);
    const error = maxLoadedAt === null ? 'nothing was loaded yet' : null;
    const age = { maxLoadedAt: maxLoadedAt ?? never, snapshottedAt, ageSeconds };
    return { ...base, ...age, status, error, completedAt: now() };
  } catch (error) {
    const failed = mapSqlError(error, nodeOfSource(source, environment), undefined);
    return {
      ...base,
      status: 'runtime error',
      maxLoadedAt: null,
      snapshottedAt: startedAt,
      ageSeconds: null,
      error: failed.message,
      failed,
      completedAt: now(),
    };
  }
}

const never = new Date('0001-01-01T00:00:00Z');

/** The newest file of a landing source that any model has loaded, read from the ledger. */
async function landingAge(
  source: SourceNode,
  { dialect, request }: ParsedProject,
  connection: Connection,
): Promise<SourceAge> {
  const files = dialect.relation({
    database: source.database,
    schema: '_tsdbt',
    identifier: 'landing_files',
  });
  const name = dialect.literal(`${source.sourceName}.${source.name}`);
  const { rows } = await connection.query(
    `select epoch_ms(max(modified_at)) from ${files} where source = ${name}`,
  );
  const millis = rows[0]?.[0] ?? null;
  const maxLoadedAt = millis === null ? null : new Date(Number(millis));
  return { maxLoadedAt, snapshottedAt: request.invocation.now() };
}

function judge(source: SourceNode, ageSeconds: number): 'pass' | 'warn' | 'error' {
  const over = (rule: { count: number; period: 'minute' | 'hour' | 'day' } | null) =>
    rule !== null && ageSeconds > rule.count * secondsIn[rule.period];
  if (over(source.freshness!.errorAfter)) return 'error';
  return over(source.freshness!.warnAfter) ? 'warn' : 'pass';
}
