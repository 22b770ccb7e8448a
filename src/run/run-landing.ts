import type { Connection } from '../adapters/adapter.ts';
import { compileNode, relationOf } from '../compile/compile-node.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { Node, SourceNode } from '../contracts/node.ts';
import {
  type BatchResult,
  type IngestRequest,
  ingestLanding,
  landingOf,
  parseExpectations,
  refusalError,
  rulesFingerprint,
} from '../ingest/index.ts';
import { mergeKeys } from '../materializations/incremental/merge-key.ts';
import { NodeAudit } from './audit/node-audit.ts';
import type { NodeRun, RunContext } from './run-context.ts';

/** What loading a landing model needs, with a connection; `compiled` sees the model's SQL. */
export function landingRequest(
  node: Node,
  context: RunContext,
  connection: Connection,
  compiled: (code: string) => void = () => undefined,
): IngestRequest {
  const { manifest, dialect, flags } = context;
  const source = node.dependsOn.nodes
    .map((id) => manifest.sources.get(id))
    .find((candidate) => candidate !== undefined && candidate.landing !== null)!;
  return {
    connection,
    dialect,
    nodeId: node.uniqueId,
    nodeName: node.name,
    target: relationOf(node),
    sourceName: `${source.sourceName}.${source.name}`,
    landing: landingOf(source),
    compile: async (relation) => {
      const { compiledCode } = await compileNode(node, {
        ...context.environment(connection),
        landingRelation: () => relation,
      });
      compiled(compiledCode);
      return compiledCode;
    },
    expectations: parseExpectations(node.config['expectations'] ?? [], node.name),
    uniqueKey: mergeKeys(node.config),
    projectDir: manifest.project.root,
    otherPatterns: patternsOfOthers(source, manifest),
    ...(flags.processDate === undefined ? {} : { processDate: flags.processDate }),
    fullRefresh: flags.fullRefresh,
    reload: flags.reload,
    rules: landingRules(node, source, manifest),
    invocationId: context.invocationId,
    now: context.now,
  };
}

/** The fingerprint of what decides about the rows of a landing model, with the macros of the project that it calls. */
export function landingRules(node: Node, source: SourceNode, { macros }: Manifest): string {
  const called = new Set(node.dependsOn.macros);
  for (const id of called)
    for (const next of macros.get(id)?.dependsOnMacros ?? []) called.add(next);
  const texts = [...called]
    .flatMap((id) => {
      const macro = macros.get(id);
      return macro === undefined || builtIn.has(macro.packageName) ? [] : [`${id} ${macro.sql}`];
    })
    .sort();
  return rulesFingerprint({
    sql: [node.rawCode, ...texts],
    expectations: [node.config['expectations'] ?? [], node.config['unique_key'] ?? null],
    columns: landingOf(source).columns,
    landing: source.landing,
  });
}

/** Packages whose macros come with tsdbt. */
const builtIn: ReadonlySet<string> = new Set(['dbt', 'dbt_duckdb', 'tsdbt']);

/** Loads what is new in a landing source into its model: batches, quarantine, ledger. */
export const runLanding: NodeRun = async (node, context, connection, progress) => {
  const { session, dialect } = context;
  let compiledCode: string | null = null;
  const audit = new NodeAudit(node, context, connection);
  const request: IngestRequest = {
    ...landingRequest(node, context, connection, (code) => {
      compiledCode = code;
      progress.compiled(code);
    }),
    beforeCommit: (batch) => auditBatch(node, batch, context, audit),
  };
  const { target } = request;
  const result = await ingestLanding(request).catch(async (error: unknown) => {
    await audit.afterRollback();
    throw error;
  });
  if (result.batches.length > 0) await audit.afterCommit();
  if (result.created) (await session.relations()).put({ ...target, type: 'table' });
  for (const { name, text } of result.warnings)
    context.emit({ type: 'message', level: 'warn', name, text });
  const failure = refusalError(result.refused, request);
  if (failure !== undefined && !result.isUsable) throw failure;
  const sum = (count: (batch: BatchResult) => number) =>
    result.batches.reduce((total, batch) => total + count(batch), 0);
  const quarantined = Object.values(result.quarantinedByCode).reduce((total, n) => total + n, 0);
  const codes = Object.entries(result.quarantinedByCode).map(([code, n]) => `${n} ${code}`);
  return {
    status: 'success',
    failure,
    message: result.batches.length === 0 && result.rowsRemoved === 0 ? 'nothing new' : 'load',
    rowsAffected: result.rowsAffected,
    compiledCode,
    relationName: dialect.relation(target),
    response: {
      files: sum(({ files }) => files),
      records: sum(({ records }) => records),
      quarantined: sum((batch) => batch.quarantined),
      dropped: sum(({ dropped }) => dropped),
      rows_replaced: sum(({ replaced }) => replaced),
      rows_removed: result.rowsRemoved,
      deliveries_refused: result.refused.length,
    },
    notices: [
      ...(quarantined > 0
        ? [`${quarantined} row${quarantined === 1 ? '' : 's'} in quarantine: ${codes.join(', ')}`]
        : []),
      ...result.notices,
    ],
  };
};

/** The patterns of the other landing sources, which may lie in the same folder. */
function patternsOfOthers(own: SourceNode, { sources }: Manifest): readonly string[] {
  return [...sources.values()].flatMap((source) => {
    if (source === own || source.landing === null) return [];
    const path = (source.landing as { readonly path?: unknown }).path;
    const list: readonly unknown[] = Array.isArray(path) ? path : [path];
    return list.filter((one) => typeof one === 'string');
  });
}

/** Runs the tests of a landing model on its table with the batch in it. */
async function auditBatch(
  node: Node,
  batch: number,
  context: RunContext,
  audit: NodeAudit,
): Promise<void> {
  const tests = context.audits?.testsOf(node) ?? [];
  if (tests.length === 0) return;
  const relation = context.dialect.relation(relationOf(node));
  await audit.check({
    kind: 'audit',
    tests: tests.map((test) => test.uniqueId),
    relation,
    batch: `(select * from ${relation} where _batch = ${batch})`,
  });
}
