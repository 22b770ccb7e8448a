import { relationOf } from '../../compile/compile-node.ts';
import type { Node } from '../../contracts/node.ts';
import type { NodePlan } from '../../contracts/plan.ts';
import { withAudit } from '../../plan/with-audit.ts';
import type { RunContext } from '../run-context.ts';

/** The plan of a node with the tests that are run before it is published. */
export function auditedPlan(plan: NodePlan, node: Node, context: RunContext): NodePlan {
  const tests = context.audits?.testsOf(node) ?? [];
  return withAudit(
    plan,
    tests.map((test) => test.uniqueId),
    context.dialect.relation(relationOf(node)),
  );
}
