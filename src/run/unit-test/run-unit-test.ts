import type { Connection } from '../../adapters/adapter.ts';
import { type CompileEnvironment, compileNode } from '../../compile/compile-node.ts';
import type { Node, UnitTest } from '../../contracts/node.ts';
import { isTsdbtError, toTsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import { cteQuery } from '../../materializations/unit-test/cte-query.ts';
import { mapSqlError } from '../map-sql-error.ts';
import type { NodeOutcome, NodeProgress, NodeRun, RunContext } from '../run-context.ts';
import { withMergedTable } from './after-merge.ts';
import { compareRows, comparisonSql, type RowsCheck } from './compare-rows.ts';
import { givenInputs } from './given-inputs.ts';
import { macroProblem, macroText } from './macro-check.ts';
import { overriddenEnvironment } from './overrides.ts';
import { testedModel } from './unit-test-nodes.ts';

/**
 * Runs a unit test: the model is compiled with given rows in place of what it reads, and its rows
 * are compared with the expected ones. Parents need not be built. Nothing is written but temporary
 * tables, where the table after the merge is looked at.
 */
export const runUnitTest: NodeRun = async (node, context, connection, progress) => {
  const test = context.manifest.unitTests.get(node.uniqueId)!;
  try {
    return await runTest(test, node, context, connection, progress);
  } catch (error) {
    const failed = toTsdbtError(error, { nodeId: node.uniqueId });
    // What the test says wrong stands in its own file, what the model does wrong in the model's.
    throw failed.with({ location: { file: test.originalFilePath, line: test.line } });
  }
};

async function runTest(
  test: UnitTest,
  node: Node,
  context: RunContext,
  connection: Connection,
  progress: NodeProgress,
): Promise<NodeOutcome> {
  const model = testedModel(test, context.manifest);
  const plain = overriddenEnvironment(test, context.environment(connection));
  const standIns = await givenInputs(test, model, context, plain, connection);
  const environment = { ...plain, standIns };
  if (model === undefined) {
    return await runMacroTest(test, node, environment, context, connection, progress);
  }
  let compiled = '';
  try {
    compiled = (await compileNode(model, environment)).compiledCode;
    progress.compiled(compiled);
    const problems: string[] = [];
    for (const check of checksOf(test, compiled)) {
      problems.push(...(await problemOf(check, context, connection)));
    }
    if (test.expectAfterMerge !== null) {
      const expected = test.expectAfterMerge;
      if (model.config['materialized'] !== 'incremental') throw invalid(test, notIncremental);
      const found = await withMergedTable(
        model,
        compiled,
        standIns.get('this'),
        context,
        connection,
        (sql) => problemOf({ label: 'the merged table', sql, expected }, context, connection),
      );
      problems.push(...found);
    }
    return outcome(problems, compiled);
  } catch (error) {
    if (isTsdbtError(error, 'unit-test-column-unknown') || isTsdbtError(error, 'unit-test-invalid'))
      throw error;
    throw mapSqlError(error, model, compiled === '' ? undefined : compiled);
  }
}

const notIncremental = 'expect_after_merge is for incremental models';

function checksOf(test: UnitTest, compiled: string): readonly RowsCheck[] {
  const checks: RowsCheck[] = [];
  if (test.expect !== null) checks.push({ label: '', sql: compiled, expected: test.expect });
  for (const [name, expected] of Object.entries(test.expectCtes)) {
    const sql = cteQuery(compiled, name);
    if (sql === undefined)
      throw invalid(test, `the model has no common table expression named "${name}"`);
    checks.push({ label: `CTE "${name}"`, sql, expected });
  }
  return checks;
}

async function problemOf(
  check: RowsCheck,
  context: RunContext,
  connection: Connection,
): Promise<readonly string[]> {
  const comparison = await comparisonSql(check, context, connection);
  const diff = await compareRows(comparison, connection);
  const of = check.label === '' ? '' : ` of ${check.label}`;
  return diff === undefined ? [] : [`actual differs from expected${of}:\n\n${diff}\n`];
}

async function runMacroTest(
  test: UnitTest,
  node: Node,
  environment: CompileEnvironment,
  context: RunContext,
  connection: Connection,
  progress: NodeProgress,
): Promise<NodeOutcome> {
  const { expect } = test;
  if (expect === null) {
    const problem = await macroProblem(test, node, environment);
    return outcome(
      problem === undefined ? [] : [`actual differs from expected:\n\n  ${problem}\n`],
      null,
    );
  }
  const sql = await macroText(test, node, environment);
  progress.compiled(sql);
  return outcome(await problemOf({ label: '', sql, expected: expect }, context, connection), sql);
}

function outcome(problems: readonly string[], compiledCode: string | null): NodeOutcome {
  return {
    status: problems.length === 0 ? 'pass' : 'fail',
    message: problems.length === 0 ? null : `\n\n${problems.join('\n')}`,
    rowsAffected: null,
    compiledCode,
    relationName: null,
    failures: problems.length === 0 ? 0 : 1,
  };
}

function invalid(test: UnitTest, problem: string) {
  return tsdbtError('unit-test-invalid', { test: test.uniqueId, problem });
}
