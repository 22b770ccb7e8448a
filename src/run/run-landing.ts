import { compileNode, relationOf } from '../compile/compile-node.ts';
import type { Node } from '../contracts/node.ts';
import {
  type IngestRequest,
  ingestLanding,
  landingOf,
  parseExpectations,
} from '../ingest/index.ts';
import { mergeKeys } from '../materializations/incremental/merge-key.ts';
import { NodeAudit } from './audit/node-audit.ts';
import type { NodeRun, RunContext } from './run-context.ts';

/** Loads what is new in a landing source into its model: batches, quarantine, ledger. */
export const runLanding: NodeRun = async (node, context, connection, progress) => {
  const { manifest, session, dialect, flags } = context;
  const target = relationOf(node);
  const source = node.dependsOn.nodes
    .map((id) => manifest.sources.get(id))
    .find((candidate) => candidate !== undefined && candidate.landing !== null)!;
  let compiledCode: string | null = null;
  const audit = new NodeAudit(node, context, connection);
  const request: IngestRequest = {
    connection,
    dialect,
    nodeId: node.uniqueId,
    nodeName: node.name,
    target,
    sourceName: `${source.sourceName}.${source.name}`,
    landing: landingOf(source),
    compile: async (relation) => {
      const compiled = await compileNode(node, {
        ...context.environment(connection),
        landingRelation: () => relation,
      });
      compiledCode = compiled.compiledCode;
      progress.compiled(compiled.compiledCode);
      return compiled.compiledCode;
    },
    expectations: parseExpectations(node.config['expectations'] ?? [], node.name),
    uniqueKey: mergeKeys(node.config),
    projectDir: manifest.project.root,
    ...(flags.processDate === undefined ? {} : { processDate: flags.processDate }),
    fullRefresh: flags.fullRefresh,
    invocationId: context.invocationId,
    now: context.now,
    beforeCommit: (batch) => auditBatch(node, batch, context, audit),
  };
  const result = await ingestLanding(request).catch(async (error: unknown) => {
    await audit.afterRollback();
    throw error;
  });
  if (result.batches.length > 0) await audit.afterCommit();
  if (result.batches.length > 0) (await session.relations()).put({ ...target, type: 'table' });
  const quarantined = Object.values(result.quarantinedByCode).reduce((sum, n) => sum + n, 0);
  const codes = Object.entries(result.quarantinedByCode).map(([code, n]) => `${n} ${code}`);
  return {
    status: 'success',
    message: result.batches.length === 0 ? 'nothing new' : 'load',
    rowsAffected: result.rowsAffected,
    compiledCode,
    relationName: dialect.relation(target),
    notices: [
      ...(quarantined > 0
        ? [`${quarantined} row${quarantined === 1 ? '' : 's'} in quarantine: ${codes.join(', ')}`]
        : []),
      ...result.notices,
    ],
  };
};

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
