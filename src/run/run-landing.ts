import { compileNode, relationOf } from '../compile/compile-node.ts';
import { ingestLanding, parseExpectations, parseLandingConfig } from '../ingest/index.ts';
import { mergeKeys } from '../materializations/incremental/merge-key.ts';
import type { NodeRun } from './run-context.ts';

/** Loads what is new in a landing source into its model: batches, quarantine, ledger. */
export const runLanding: NodeRun = async (node, context, connection, progress) => {
  const { manifest, session, dialect, flags } = context;
  const target = relationOf(node);
  const source = node.dependsOn.nodes
    .map((id) => manifest.sources.get(id))
    .find((candidate) => candidate !== undefined && candidate.landing !== null)!;
  const columns = Object.values(source.columns).map((column) => ({
    name: column.name,
    ...(column.dataType === null ? {} : { dataType: column.dataType }),
  }));
  let compiledCode: string | null = null;
  const result = await ingestLanding({
    connection,
    dialect,
    nodeId: node.uniqueId,
    nodeName: node.name,
    target,
    sourceName: `${source.sourceName}.${source.name}`,
    landing: parseLandingConfig(source.landing, columns, source.uniqueId),
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
  });
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
