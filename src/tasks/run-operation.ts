import { callMacroIn } from '../compile/call-macro.ts';
import { renderCode } from '../compile/compile-node.ts';
import type { Json } from '../contracts/json.ts';
import { fromJs } from '../jinja/index.ts';
import { inlineNode } from '../run/inline-node.ts';
import { mapSqlError } from '../run/map-sql-error.ts';
import { nodeConnection } from '../run/node-connection.ts';
import { Transaction } from '../run/transaction.ts';
import { compileEnvironments } from './compile-environment.ts';
import { openSession } from './execute.ts';
import type { ParsedProject } from './open-project.ts';
import { queryComments } from './query-comment.ts';

/** A macro of the project, `name` or `package.name`, with its arguments; or SQL with Jinja. */
export type OperationRequest =
  | { readonly macro: string; readonly args: Readonly<Record<string, Json>> }
  | { readonly sql: string };

/**
 * Calls a macro, or runs SQL. A transaction that a statement of the macro begins and nothing commits
 * is rolled back, as in dbt; what `run_query` runs stands for itself.
 */
export async function runOperationTask(
  parsed: ParsedProject,
  request: OperationRequest,
): Promise<void> {
  const session = await openSession(parsed);
  const name = 'sql' in request ? 'inline_query' : request.macro;
  const file = 'sql' in request ? '--sql' : 'run-operation';
  const node = inlineNode(parsed.manifest, 'sql' in request ? request.sql : '', name, file);
  try {
    const environments = compileEnvironments(parsed, session);
    const comment = await queryComments(parsed, environments)(undefined, `macro_${name}`);
    await session.withConnection(async (raw) => {
      const connection = nodeConnection(raw, { comment });
      const environment = environments(connection);
      if ('sql' in request) {
        const sql = await renderCode(node, request.sql, environment);
        if (sql.trim() !== '') await connection.run(sql);
        return;
      }
      const transaction = new Transaction(connection);
      const [first, ...rest] = request.macro.split('.');
      try {
        await callMacroIn(
          node,
          {
            ...environment,
            database: session.templateDatabase(connection, environment.files, transaction),
          },
          {
            packageName: rest.length === 0 ? undefined : first,
            name: rest.length === 0 ? first! : rest.join('.'),
            kwargs: new Map(
              Object.entries(request.args).map(([key, value]) => [key, fromJs(value)]),
            ),
          },
        );
      } finally {
        await transaction.rollback();
      }
    });
    if (session.wasOpened)
      await session.withConnection((connection) => session.adapter.checkpoint(connection));
  } catch (error) {
    throw mapSqlError(error, node, undefined);
  } finally {
    await session.close();
  }
}
