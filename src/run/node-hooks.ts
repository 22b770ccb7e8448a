import { type CompileEnvironment, renderCode } from '../compile/compile-node.ts';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import type { Hook } from '../materializations/materialization.ts';

/** The pre- or post-hooks of a node, rendered; those that render to nothing are left out. */
export async function renderHooks(
  node: Node,
  key: 'pre-hook' | 'post-hook',
  environment: CompileEnvironment,
): Promise<readonly Hook[]> {
  const written = node.config[key];
  const hooks: readonly Json[] = Array.isArray(written)
    ? (written as readonly Json[])
    : written
      ? [written]
      : [];
  const rendered: Hook[] = [];
  for (const hook of hooks) {
    const { sql, inTransaction } = readHook(hook);
    const text = (await renderCode(node, sql, environment)).trim();
    if (text !== '') rendered.push({ sql: text, inTransaction });
  }
  return rendered;
}

/**
 * A hook is SQL, or a mapping with `sql` and `transaction`, or such a mapping as JSON text, which is
 * what `before_begin` and `after_commit` give (core `contracts/graph/model_config.py`, `Hook`).
 */
export function readHook(hook: Json): Hook {
  if (typeof hook === 'object' && hook !== null && !Array.isArray(hook)) {
    const fields = hook as Record<string, Json>;
    return { sql: String(fields['sql'] ?? ''), inTransaction: fields['transaction'] !== false };
  }
  const text = String(hook);
  if (text.trimStart().startsWith('{"')) {
    try {
      return readHook(JSON.parse(text) as Json);
    } catch {
      return { sql: text, inTransaction: true };
    }
  }
  return { sql: text, inTransaction: true };
}
