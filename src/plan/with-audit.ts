import type { NodePlan, Step } from '../contracts/plan.ts';
import type { UniqueId } from '../contracts/unique-id.ts';

/**
 * The plan with its tests before the commit: what they see is the new content, which nobody else
 * sees yet. A bare statement gets a transaction around it. Without tests the plan stays as it is.
 */
export function withAudit(plan: NodePlan, tests: readonly UniqueId[], relation: string): NodePlan {
  if (tests.length === 0 || plan.steps.length === 0) return plan;
  const audit: Step = { kind: 'audit', tests, relation, batch: plan.batch ?? null };
  const commit = plan.steps.findLastIndex((step) => step.kind === 'commit');
  if (commit >= 0) {
    const steps = [...plan.steps.slice(0, commit), audit, ...plan.steps.slice(commit)];
    return { ...plan, steps };
  }
  // Around a lone statement there are only hooks outside of the transaction.
  const at = plan.steps.findIndex((step) => step.kind === 'sql' && !isHook(step.purpose));
  const steps: Step[] = [
    ...plan.steps.slice(0, at),
    { kind: 'begin' },
    plan.steps[at]!,
    audit,
    { kind: 'commit' },
    ...plan.steps.slice(at + 1),
  ];
  return { ...plan, steps };
}

function isHook(purpose: string): boolean {
  return purpose === 'pre-hook' || purpose === 'post-hook';
}
