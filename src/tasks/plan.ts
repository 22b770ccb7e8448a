import type { NodePlan, Step } from '../contracts/plan.ts';
import { asUniqueId } from '../contracts/unique-id.ts';
import type { TsdbtError } from '../errors/tsdbt-error.ts';
import { publishesTogether } from '../run/audit/whole-run.ts';
import { mapSqlError } from '../run/map-sql-error.ts';
import { planNode } from '../run/plan-node.ts';
import { neededSchemas } from '../run/prepare-schemas.ts';
import { runEdges } from '../run/run-edges.ts';
import { planHooks } from '../run/run-hooks.ts';
import { runOrder } from '../run/run-order.ts';
import { auditsOf } from '../run/run-selection.ts';
import { schedule } from '../run/scheduler.ts';
import { type ExecuteRequest, openSession, runContext, selectedIds } from './execute.ts';
import type { ParsedProject } from './open-project.ts';

export type PlanRequest = Omit<ExecuteRequest, 'signal' | 'args' | 'failFast'>;

/** A node's plan, or what is wrong with it. */
export interface PlannedNode {
  readonly nodeId: string;
  readonly plan: NodePlan | null;
  readonly error: TsdbtError | null;
}

export interface PlanResult {
  /** One transaction around all nodes, where `audit` is `run`: those of single nodes are part of it. */
  readonly together: boolean;
  /** Schemas that are made first, where they are not there. */
  readonly schemas: readonly Step[];
  readonly onRunStart: readonly Step[];
  readonly nodes: readonly PlannedNode[];
  readonly onRunEnd: readonly Step[];
}

/**
 * What a run of the request would do, in its order and from its records. Each node is planned in a
 * read-only transaction that is rolled back; a database file that does not exist is not created.
 */
export async function planTask(parsed: ParsedProject, request: PlanRequest): Promise<PlanResult> {
  const session = await openSession(parsed, 'read');
  const { dialect } = parsed;
  try {
    const selected = selectedIds(parsed, request);
    const bare = { ...runContext(parsed, request, session, selected), statePrepared: false };
    const { manifest } = bare;
    const context =
      request.command === 'build'
        ? { ...bare, audits: auditsOf(bare, selected, request.audit) }
        : bare;
    const ids = runOrder(manifest, selected);
    const edges = runEdges(manifest, selected, request.command === 'build');
    const done = new Set<string>();
    const nodes = await schedule<PlannedNode>({
      ids,
      waitsFor: (id) => [...(edges.get(asUniqueId(id)) ?? [])],
      threads: 1,
      failFast: false,
      skip: (nodeId) => ({ nodeId, plan: null, error: null }),
      run: async (nodeId) => {
        const node = manifest.nodes.get(asUniqueId(nodeId))!;
        const value = await session.withConnection(async (connection): Promise<PlannedNode> => {
          await connection.run('begin transaction read only');
          try {
            return { nodeId, plan: await planNode(node, context, connection, done), error: null };
          } catch (error) {
            return { nodeId, plan: null, error: mapSqlError(error, node, undefined) };
          } finally {
            await connection.run('rollback').catch(() => undefined);
          }
        });
        if (node.resourceType !== 'test') done.add(nodeId);
        return { outcome: 'done', value };
      },
    });
    const any = ids.length > 0;
    return {
      together: request.command === 'build' && publishesTogether(manifest, selected, request.audit),
      schemas: neededSchemas(manifest, ids).schemas.map(({ database, schema }) => ({
        kind: 'sql',
        sql: dialect.createSchema(database, schema),
        purpose: 'make the schema',
      })),
      onRunStart: any ? await planHooks('on-run-start', context) : [],
      nodes,
      onRunEnd: any ? await planHooks('on-run-end', context) : [],
    };
  } finally {
    await session.close();
  }
}
