import type { TemplateHost } from '../context/node-scope.ts';
import type { Node } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';

const called = ['get_limit_subquery_sql', 'should_store_failures', 'statement'];

/**
 * The macros that dbt counts among those of a data test once it ran, since its materialization calls
 * them (core `task/test.py` runs it without a stack of macros). Of other nodes it counts none.
 */
export function macrosOfTestRun(node: Node, { macros }: TemplateHost): readonly UniqueId[] {
  if (node.resourceType !== 'test') return [];
  return called.flatMap((name) => macros.find(name, node.packageName)?.uniqueId ?? []);
}
