import { callMacroIn } from '../compile/call-macro.ts';
import { renderCode } from '../compile/compile-node.ts';
import type { Json } from '../contracts/json.ts';
import { type UniqueId, uniqueId } from '../contracts/unique-id.ts';
import type { TsdbtError } from '../errors/tsdbt-error.ts';
import { fromJs } from '../jinja/index.ts';
import { inlineNode } from '../run/inline-node.ts';
import { mapSqlError } from '../run/map-sql-error.ts';
import { nodeConnection } from '../run/node-connection.ts';
import { simpleResult } from '../run/simple-result.ts';
import { Transaction } from '../run/transaction.ts';
import { keyText } from '../util/mapping-key.ts';
import { withoutTimes } from '../util/yaml-time.ts';
import { compileEnvironments } from './compile-environment.ts';
import { openSession } from './execute.ts';
import type { ParsedProject } from './open-project.ts';
import { queryComments } from './query-comment.ts';
import { writeRunResults } from './write-artifacts.ts';

/** A macro of the project, `name` or `package.name`, with its arguments; or SQL with Jinja. */
export type OperationRequest =
  | { readonly macro: string; readonly args: Readonly<Record<string, Json>> }
  | { readonly sql: string };

/** The macro that is called, as dbt's results name it. */
function idOf({ manifest, project }: ParsedProject, request: OperationRequest): UniqueId {
  const called = 'sql' in request ? 'inline_query' : request.macro;
  const parts = called.split('.');
  const name = parts.at(-1)!;
  const packageName = parts.length > 1 ? parts[0]! : project.name;
  const own = uniqueId('macro', packageName, name);
  if (parts.length > 1 || manifest.macros.has(own)) return own;
  return macroOfPackages(manifest, name)?.uniqueId ?? own;
}

/** A macro that the project itself does not have: of its packages first, then of the library. */
function macroOfPackages({ macros, packages }: ParsedProject['manifest'], name: string) {
  const found = [...macros.values()].filter((macro) => macro.name === name);
  const installed = new Set(packages.map((one) => one.name));
  return found.find(({ packageName }) => installed.has(packageName)) ?? found[0];
}

/** The package to call a macro of, where its name alone is given; undefined for the project and the library. */
function packageOf({ manifest, project }: ParsedProject, name: string): string | undefined {
  if (manifest.macros.has(uniqueId('macro', project.name, name))) return undefined;
  const found = macroOfPackages(manifest, name)?.packageName;
  return manifest.packages.some((one) => one.name === found) ? found : undefined;
}

/**
 * Calls a macro, or runs SQL. A transaction that a statement of the macro begins and nothing commits
 * is rolled back, as in dbt; what `run_query` runs stands for itself.
 */
export async function runOperationTask(
  parsed: ParsedProject,
  request: OperationRequest,
  args: Readonly<Record<string, Json>>,
): Promise<void> {
  const { now } = parsed.request.invocation;
  const started = now();
  const record = (error: TsdbtError | null) => {
    const failures = error === null ? 0 : 1;
    const result = simpleResult(idOf(parsed, request), started, now(), { error, failures });
    writeRunResults(parsed, [result], result.executionTime, args);
  };
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
      // In a project of ours dates are texts, wherever they stand.
      const isOurs = parsed.project.file === 'project.yml';
      const given = isOurs ? (withoutTimes(request.args) as typeof request.args) : request.args;
      const [first, ...rest] = request.macro.split('.');
      try {
        await callMacroIn(
          node,
          {
            ...environment,
            database: session.templateDatabase(connection, environment.files, transaction),
          },
          {
            packageName: rest.length > 0 ? first : packageOf(parsed, first!),
            name: rest.length === 0 ? first! : rest.join('.'),
            kwargs: new Map(
              Object.entries(given).map(([key, value]) => [keyText(key), fromJs(value)]),
            ),
          },
        );
      } finally {
        await transaction.rollback();
      }
    });
    if (session.wasOpened)
      await session.withConnection((connection) => session.adapter.checkpoint(connection));
    record(null);
  } catch (error) {
    const failed = mapSqlError(error, node, undefined);
    record(failed);
    throw failed;
  } finally {
    await session.close();
  }
}
