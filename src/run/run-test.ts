import type { Connection } from '../adapters/adapter.ts';
import { compileNode, relationOf } from '../compile/compile-node.ts';
import type { Json } from '../contracts/json.ts';
import type { SampleRows } from '../contracts/result.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  limitedTestSql,
  storeFailuresAs,
  type TestVerdict,
  testStatus,
  testVerdictSql,
} from '../materializations/data-test.ts';
import type { NodeRun } from './run-context.ts';

/** Failing rows that are shown with a test. */
const shownRows = 5;

/** Runs a data test: its query selects the rows that break it. */
export const runTest: NodeRun = async (node, context, connection, progress) => {
  const { dialect, session } = context;
  const compiled = await compileNode(node, context.environment(connection));
  progress.compiled(compiled.compiledCode);
  const rowsSql = limitedTestSql(compiled.compiledCode, node.config);
  const storeAs = storeFailuresAs(node.config, context.flags.storeFailures);
  let from = rowsSql;
  let relationName: string | null = null;
  if (storeAs !== undefined) {
    const target = relationOf(node);
    await session.ensureSchema(target.database, target.schema);
    const existing = (await session.relations()).find(target);
    if (existing !== undefined && existing.type !== storeAs) {
      await connection.run(dialect.drop(target, existing.type === 'view' ? 'view' : 'table'));
    }
    await connection.run(
      storeAs === 'view'
        ? dialect.createViewAs(target, rowsSql)
        : dialect.createTableAs(target, rowsSql, { replace: true }),
    );
    (await session.relations()).put({ ...target, type: storeAs });
    relationName = dialect.relation(target);
    from = `select * from ${relationName}`;
  }
  const verdict = await judge(connection, node.uniqueId, testVerdictSql(from, node.config));
  const status = testStatus(verdict, node.config);
  const failures = status === 'pass' ? 0 : verdict.failures;
  return {
    status,
    message:
      status === 'pass'
        ? null
        : `Got ${failures} result${failures === 1 ? '' : 's'}, configured to ${status} if ${status === 'fail' ? node.config['error_if'] : node.config['warn_if']}`,
    rowsAffected: null,
    compiledCode: compiled.compiledCode,
    relationName,
    failures,
    sample: status === 'pass' ? null : await sampleRows(connection, from),
  };
};

async function judge(connection: Connection, nodeId: string, sql: string): Promise<TestVerdict> {
  const { rows, columns } = await connection.query(sql);
  const [row] = rows;
  if (rows.length !== 1 || row === undefined || columns.length !== 3) {
    const problem = `its query gave ${rows.length} rows of ${columns.length} columns, one row of three is needed`;
    throw tsdbtError('test-result-invalid', { node: nodeId, problem }, { nodeId });
  }
  const failures = row[0] === null ? 0 : Number(row[0]);
  if (Number.isNaN(failures)) {
    const problem = `fail_calc gave ${JSON.stringify(row[0])}, a number is needed`;
    throw tsdbtError('test-result-invalid', { node: nodeId, problem }, { nodeId });
  }
  return { failures, shouldWarn: asBoolean(row[1]), shouldError: asBoolean(row[2]) };
}

function asBoolean(value: Json | undefined): boolean {
  return value === true || value === 1 || value === 'true';
}

async function sampleRows(connection: Connection, sql: string): Promise<SampleRows> {
  const result = await connection.query(
    `select * from (\n${sql}\n) failing_rows limit ${shownRows}`,
  );
  return { columns: result.columns.map((column) => column.name), rows: result.rows };
}
