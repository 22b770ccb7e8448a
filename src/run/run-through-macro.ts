import type { Connection } from '../adapters/adapter.ts';
import { manifestNode } from '../artifacts/manifest-node.ts';
import { callMacroIn } from '../compile/call-macro.ts';
import { type CompileEnvironment, compileNode, relationOf } from '../compile/compile-node.ts';
import { QueryTable } from '../context/query-table.ts';
import { RelationObject } from '../context/relation-object.ts';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  fromJs,
  hostFunction,
  PyDict,
  PyObject,
  suspend,
  toJs,
  toStr,
  type Value,
} from '../jinja/index.ts';
import { storeFailuresAs } from '../materializations/data-test.ts';
import { typedSeedSql } from '../materializations/seed-sql.ts';
import { LargeInteger } from '../util/large-integer.ts';
import { WholeFloat } from '../util/whole-float.ts';
import { MacroAudit } from './audit/macro-audit.ts';
import { withCheckedKeys } from './checked-keys.ts';
import type { MacroPath } from './macro-path.ts';
import { readHook } from './node-hooks.ts';
import type { NodeOutcome, NodeProgress, NodeRun, RunContext } from './run-context.ts';
import { environmentFor, needOf } from './run-model.ts';
import { failingRowsOf, readVerdict, testOutcome } from './run-test.ts';
import { readSeedColumns } from './seed-columns.ts';
import { Transaction } from './transaction.ts';

/**
 * Builds a node by calling the macro of its materialization, in the order and with the names that
 * dbt gives it: what it leaves uncommitted is rolled back, the relations it returns are what is
 * there afterwards, and its statement `main` is the node's result.
 */
export function runThroughMacro(path: MacroPath): NodeRun {
  return async (node, context, connection, progress) => {
    const need = await needOf(node, context, connection);
    const compiling = environmentFor(node, need, context, connection);
    const { compiledCode: compiled, overloads } = await compileNode(node, compiling);
    progress.compiled(compiled);
    const { compiledCode, notices } = await withCheckedKeys(node, compiled, context, connection);
    if (node.resourceType === 'test' && storeFailuresAs(node.config, context.flags.storeFailures))
      await context.session.ensureSchema(node.database, node.schema);
    const audit = new MacroAudit(node, context, connection);
    const transaction = new Transaction(connection, {
      stateSql: need.stateSql,
      beforeCommit: audit.beforeCommit,
    });
    const environment: CompileEnvironment = {
      ...compiling,
      database: context.session.templateDatabase(connection, compiling.files, transaction),
    };
    try {
      const { value, result } = await callMacroIn(node, environment, {
        packageName: path.macro.packageName,
        name: path.macro.name,
        extra: materializationMembers(node, compiledCode, context, connection, progress, overloads),
      });
      // Functions have names of their own, beside those of tables and views.
      const relations = returnedRelations(value, node).filter(({ type }) => type !== 'function');
      if (await transaction.rollback()) await refresh(node, context);
      const cache = await context.session.relations();
      for (const { relation, type } of relations) {
        if (type !== null) cache.put({ ...relation, type });
      }
      const outcome = await outcomeOf(node, compiled, result('main'), context, connection);
      // Noted last: a macro may commit more than once, and what is noted early would be too much.
      for (const sql of context.builtStateSql ?? []) await connection.run(sql);
      // A view holds no rows of its own.
      const rows = relations.some(({ type }) => type !== 'view');
      return {
        ...outcome,
        rowsAffected: rows ? outcome.rowsAffected : null,
        notices: [...notices, ...(await audit.end(transaction.isLookedAt, path.because))],
      };
    } catch (error) {
      await transaction.rollback();
      await refresh(node, context);
      await audit.afterRollback();
      throw error;
    }
  };
}

/** What was done to the cache is not known any more once something was rolled back. */
async function refresh(node: Node, { session }: RunContext): Promise<void> {
  await session.refreshRelations(node.database, node.schema);
}

/** Names that a materialization can use beside those of every template. */
export function materializationMembers(
  node: Node,
  compiledCode: string,
  context: RunContext,
  connection: Connection,
  progress: NodeProgress,
  overloads?: readonly string[],
): ReadonlyMap<string, Value> {
  const hooks = (key: string) => {
    const written = node.config[key];
    const list = (Array.isArray(written) ? written : written ? [written] : []) as readonly Json[];
    return fromJs(
      list.map((hook, index) => {
        const { sql, inTransaction } = readHook(hook);
        return { sql, transaction: inTransaction, index };
      }),
    );
  };
  const name = context.dialect.relation(relationOf(node));
  const compiled = { compiledCode, compiledPath: null, extraCtes: [], overloads, macros: [] };
  const model = {
    ...manifestNode(node, name, compiled, 0),
    language: node.language ?? 'sql',
    compiled_sql: compiledCode,
    root_path: context.manifest.project.root,
  };
  return new Map<string, Value>([
    ['sql', compiledCode],
    ['compiled_code', compiledCode],
    ['compiled_sql', compiledCode],
    ['pre_hooks', hooks('pre-hook')],
    ['post_hooks', hooks('post-hook')],
    ['model', fromJs(model)],
    ['node', fromJs(model)],
    ['defer_relation', null],
    // The macro `statement` calls it with the statement that is the node's.
    [
      'write',
      hostFunction('write', ([payload]) => {
        progress.executed([toStr(payload ?? null)]);
        return '';
      }),
    ],
    [
      'load_agate_table',
      hostFunction('load_agate_table', () => suspend(seedTable(node, context, connection))),
    ],
  ]);
}

/** The rows of a seed's file, with the types that dbt infers. */
async function seedTable(node: Node, context: RunContext, connection: Connection): Promise<Value> {
  const { source, columns } = await readSeedColumns(node, context, connection);
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  return new QueryTable(await connection.query(typedSeedSql(context.dialect, source, types)));
}

/** The relations a materialization returned: `{'relations': […]}`. */
export function returnedRelations(value: Value, node: Node): readonly RelationObject[] {
  const list = value instanceof PyDict ? value.get('relations') : undefined;
  if (Array.isArray(list) && list.every((item) => item instanceof RelationObject))
    return list as RelationObject[];
  throw tsdbtError(
    'materialization-result',
    { node: node.uniqueId, materialization: String(node.config['materialized']) },
    { nodeId: node.uniqueId },
  );
}

/** A value of a result; a whole float is a number, a large integer its digits. */
function cell(value: Value): Json {
  const plain = toJs(value);
  if (plain instanceof LargeInteger) return plain.toString();
  return (plain instanceof WholeFloat ? plain.value : plain) as Json;
}

async function outcomeOf(
  node: Node,
  compiledCode: string,
  main: Value,
  context: RunContext,
  connection: Connection,
): Promise<NodeOutcome> {
  const [response, table] = ['response', 'table'].map((key) =>
    main instanceof PyDict ? (main.get(key) ?? null) : null,
  ) as [Value, Value];
  const { dialect, flags } = context;
  const relationName = dialect.relation(relationOf(node));
  if (node.resourceType === 'test') {
    const rows = table instanceof QueryTable ? table.rows() : [];
    const verdict = readVerdict(
      rows.map((row) => row.values.map(cell)),
      node.uniqueId,
    );
    const storeAs = storeFailuresAs(node.config, flags.storeFailures);
    const from = failingRowsOf(node, compiledCode, dialect, storeAs);
    return await testOutcome(node, verdict, compiledCode, from, connection, {
      relationName: storeAs === undefined ? null : relationName,
      warningsFail: flags.warningsFail,
    });
  }
  if (main === null)
    throw tsdbtError(
      'materialization-main-missing',
      { node: node.uniqueId },
      { nodeId: node.uniqueId },
    );
  const affected = response instanceof PyObject ? response.pyAttr('rows_affected') : undefined;
  return {
    status: 'success',
    message: String(node.config['materialized'] ?? node.resourceType),
    rowsAffected: typeof affected === 'number' ? affected : null,
    compiledCode: node.resourceType === 'seed' ? null : compiledCode,
    relationName,
    ...(node.signature === undefined
      ? {}
      : { overloads: node.signature.overloads.map(({ definedIn }) => definedIn) }),
  };
}
