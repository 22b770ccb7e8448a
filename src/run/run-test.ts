import type { Connection } from '../adapters/adapter.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { compileNode, relationOf } from '../compile/compile-node.ts';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import type { NodePlan, Step } from '../contracts/plan.ts';
import type { SampleRows } from '../contracts/result.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  limitedTestSql,
  storeFailuresAs,
  type TestVerdict,
  testStatus,
  testVerdictSql,
} from '../materializations/data-test.ts';
import { telltaleSql } from '../materializations/fused-tests.ts';
import { oneAtATime } from '../util/one-at-a-time.ts';
import type { NodeOutcome, NodeRun, RunContext } from './run-context.ts';
import { executeSteps } from './step-runner.ts';

/** Failing rows that are shown with a test. */
const shownRows = 5;

/** Runs a data test: its query selects the rows that break it. */
export const runTest: NodeRun = async (node, context, connection, progress) => {
  const { session } = context;
  const fused = await context.fusedTests?.of(node, context, connection);
  const compiled = fused ?? (await compileNode(node, context.environment(connection)));
  progress.compiled(compiled.compiledCode);
  if (fused?.passes === true) return passed(fused.compiledCode);
  const storeAs = storeFailuresAs(node.config, context.flags.storeFailures);
  const target = relationOf(node);
  if (storeAs !== undefined) await session.ensureSchema(target.database, target.schema);
  const { steps } = await planTest(node, compiled.compiledCode, context);
  const judging = steps.at(-1);
  progress.executed(steps.flatMap((step) => (step.kind === 'sql' ? step.sql : [])));
  await executeSteps(connection, node.uniqueId, steps.slice(0, -1));
  if (storeAs !== undefined) (await session.relations()).put({ ...target, type: storeAs });
  const sql = judging?.kind === 'sql' ? judging.sql : '';
  const judged = () => judge(connection, node.uniqueId, sql);
  // Side by side such queries only take the cores from each other.
  const verdict =
    fused?.isLarge === true ? await oneAtATime('large tests', judged) : await judged();
  const rows = failingRowsOf(node, compiled.compiledCode, context.dialect, storeAs);
  const outcome = await testOutcome(node, verdict, compiled.compiledCode, rows, connection, {
    relationName: storeAs === undefined ? null : context.dialect.relation(target),
    warningsFail: context.flags.warningsFail,
  });
  return outcome.sample
    ? { ...outcome, sample: keysFirst(node, outcome.sample, context) }
    : outcome;
};

/** Puts the columns that name a row, then the tested one, before the others. */
function keysFirst(
  test: Node,
  { columns, rows }: SampleRows,
  { manifest }: RunContext,
): SampleRows {
  const model = test.attachedNode === null ? undefined : manifest.nodes.get(test.attachedNode);
  const names = [
    ...(model?.primaryKey ?? []),
    ...(test.columnName === null ? [] : [test.columnName]),
  ];
  const first = names.flatMap((name) => {
    const at = columns.findIndex((column) => column.toLowerCase() === name.toLowerCase());
    return at < 0 ? [] : at;
  });
  const order = [...new Set([...first, ...columns.keys()])];
  return {
    columns: order.map((at) => columns[at]!),
    rows: rows.map((row) => order.map((at) => row[at]!)),
  };
}

/** The outcome of a test that nothing fails. */
function passed(compiledCode: string): NodeOutcome {
  return {
    status: 'pass',
    message: null,
    rowsAffected: null,
    compiledCode,
    relationName: null,
    failures: 0,
    sample: null,
  };
}

/** What a judged test came to, with its first failing rows. */
export async function testOutcome(
  node: Node,
  verdict: TestVerdict,
  compiledCode: string,
  from: string,
  connection: Connection,
  {
    relationName,
    warningsFail = false,
  }: Pick<NodeOutcome, 'relationName'> & { readonly warningsFail?: boolean | undefined },
): Promise<NodeOutcome> {
  const status = testStatus(verdict, node.config, warningsFail);
  const failures = status === 'pass' ? 0 : verdict.failures;
  const errs = testStatus(verdict, node.config, false) === 'fail';
  return {
    status,
    message:
      status === 'pass'
        ? null
        : `Got ${failures} result${failures === 1 ? '' : 's'}, configured to ${status} if ${(errs ? node.config['error_if'] : node.config['warn_if']) ?? '!= 0'}`,
    rowsAffected: null,
    compiledCode,
    relationName,
    failures,
    sample: status === 'pass' ? null : await sampleRows(connection, from),
  };
}

/** The query that shows the rows which fail a test: kept ones where they were stored. */
export function failingRowsOf(
  node: Node,
  compiledSql: string,
  dialect: SqlDialect,
  storeAs: string | undefined,
): string {
  return storeAs === undefined
    ? limitedTestSql(telltaleSql(node, compiledSql), node.config)
    : `select * from ${dialect.relation(relationOf(node))}`;
}

function checkStoreFailuresAs(node: Node): void {
  const as = node.config['store_failures_as'] ?? null;
  if (as === null || as === 'table' || as === 'view' || as === 'ephemeral') return;
  throw tsdbtError(
    'invalid-value',
    {
      key: 'store_failures_as',
      where: node.uniqueId,
      problem: `must be ephemeral, table or view, not "${String(as)}"`,
    },
    { nodeId: node.uniqueId, location: { file: node.originalFilePath } },
  );
}

/** The statements of a test: storing its rows where that is asked for, then the one that judges. */
export async function planTest(
  node: Node,
  compiledSql: string,
  { dialect, session, flags }: RunContext,
): Promise<NodePlan> {
  const rowsSql = limitedTestSql(compiledSql, node.config);
  checkStoreFailuresAs(node);
  const storeAs = storeFailuresAs(node.config, flags.storeFailures);
  const steps: Step[] = [];
  let from = rowsSql;
  if (storeAs !== undefined) {
    const target = relationOf(node);
    const existing = (await session.relations()).find(target);
    const create =
      storeAs === 'view'
        ? dialect.createViewAs(target, rowsSql)
        : dialect.createTableAs(target, rowsSql, { replace: true });
    steps.push({ kind: 'begin' });
    if (existing !== undefined && existing.type !== storeAs) {
      const old = existing.type === 'view' ? 'view' : 'table';
      const sql = dialect.drop(target, old);
      steps.push({ kind: 'sql', sql, purpose: `drop the ${old} that stands there` });
    }
    steps.push({ kind: 'sql', sql: create, purpose: 'keep the failing rows' }, { kind: 'commit' });
    from = `select * from ${dialect.relation(target)}`;
  }
  steps.push({ kind: 'sql', sql: testVerdictSql(from, node.config), purpose: 'count what fails' });
  return {
    nodeId: node.uniqueId,
    materialization: 'test',
    action: 'test',
    why: storeAs === undefined ? 'tests only read' : `failing rows are kept as a ${storeAs}`,
    steps,
  };
}

async function judge(connection: Connection, nodeId: string, sql: string): Promise<TestVerdict> {
  const { rows } = await connection.query(sql);
  return readVerdict(rows, nodeId);
}

/** Reads the one row that judges a test. */
export function readVerdict(rows: readonly (readonly Json[])[], nodeId: string): TestVerdict {
  const [row] = rows;
  if (rows.length !== 1 || row === undefined || row.length !== 3) {
    const problem = `its query gave ${rows.length} rows of ${row?.length ?? 0} columns, one row of three is needed`;
    throw tsdbtError('test-result-invalid', { node: nodeId, problem }, { nodeId });
  }
  const failures = row[0] === null ? 0 : Number(row[0]);
  if (Number.isNaN(failures)) {
    const problem = `fail_calc gave ${JSON.stringify(row[0])}, a number is needed`;
    throw tsdbtError('test-result-invalid', { node: nodeId, problem }, { nodeId });
  }
  const asBoolean = (name: string, value: Json | undefined): boolean => {
    if (typeof value !== 'string') return Boolean(value);
    const known = truthOf.get(value.toLowerCase());
    if (known !== undefined) return known;
    const problem = `${name} is ${JSON.stringify(value)}, true or false is needed`;
    throw tsdbtError('test-result-invalid', { node: nodeId, problem }, { nodeId });
  };
  return {
    failures,
    shouldWarn: asBoolean('should_warn', row[1]),
    shouldError: asBoolean('should_error', row[2]),
  };
}

/** The words that dbt takes for true and false, in a verdict that is a text. */
const truthOf: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'yes', 't', 'true', 'on', '1'].map((word) => [word, true] as const),
  ...['n', 'no', 'f', 'false', 'off', '0'].map((word) => [word, false] as const),
]);

async function sampleRows(connection: Connection, sql: string): Promise<SampleRows> {
  const result = await connection.query(
    `select * from (\n${sql}\n) failing_rows limit ${shownRows}`,
  );
  return { columns: result.columns.map((column) => column.name), rows: result.rows };
}
