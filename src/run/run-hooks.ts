import { renderCode } from '../compile/compile-node.ts';
import { inlineNode } from './inline-node.ts';
import { mapSqlError } from './map-sql-error.ts';
import type { RunContext } from './run-context.ts';

/** Runs the `on-run-start` or `on-run-end` hooks of the project, in order. */
export async function runHooks(
  when: 'on-run-start' | 'on-run-end',
  hooks: readonly string[],
  context: RunContext,
): Promise<void> {
  for (const [i, hook] of hooks.entries()) {
    const { manifest } = context;
    const name = `${manifest.project.name}-${when}-${i}`;
    const node = inlineNode(manifest, hook, name, manifest.project.file);
    await context.session.withConnection(async (connection) => {
      const sql = await renderCode(node, hook, context.environment(connection));
      try {
        if (sql.trim() !== '') await connection.run(sql);
      } catch (error) {
        throw mapSqlError(error, node, undefined);
      }
    });
  }
}
