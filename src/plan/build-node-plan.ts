import type { NodePlan } from '../contracts/plan.ts';
import type { Materialization, MaterializationInput } from '../materializations/materialization.ts';

/** The plan of one node: what its materialization will do, and why. */
export function buildNodePlan(
  materialization: Materialization,
  input: MaterializationInput,
): NodePlan {
  const { action, why, steps } = materialization.plan(input);
  return { nodeId: input.nodeId, materialization: materialization.name, action, why, steps };
}
