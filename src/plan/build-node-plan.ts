import type { NodePlan } from '../contracts/plan.ts';
import type { Materialization, MaterializationInput } from '../materializations/materialization.ts';

/** The plan of one node: what its materialization will do, and why. */
export function buildNodePlan(
  materialization: Materialization,
  input: MaterializationInput,
): NodePlan {
  const { action, why, steps, batch } = materialization.plan(input);
  const plan = { nodeId: input.nodeId, materialization: materialization.name, action, why };
  if (batch === undefined) return { ...plan, steps };
  const sql = `drop table if exists temp.main.${batch}`;
  return { ...plan, batch, steps: [...steps, { kind: 'sql', sql, purpose: 'drop the batch' }] };
}
