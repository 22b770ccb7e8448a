import type { Connection } from '../adapters/adapter.ts';
import { compileNode, relationOf } from '../compile/compile-node.ts';
import type { Node } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { TsdbtError } from '../errors/tsdbt-error.ts';
import { storeFailuresAs } from '../materializations/data-test.ts';
import {
  type ColumnCheck,
  columnCheck,
  fusedRows,
  fusedTestsSql,
  mayBeFused,
} from '../materializations/fused-tests.ts';
import type { RunContext } from './run-context.ts';

/** A test that took part in a shared scan. */
export interface FusedTest {
  readonly compiledCode: string;
  /** False: nothing is known, and the test's own query says what fails. */
  readonly passes: boolean;
}

interface Group {
  readonly tests: Node[];
  done: Promise<ReadonlyMap<UniqueId, FusedTest>> | undefined;
}

/**
 * Tests in few scans: the first test of a relation that is run asks for all of its plain column
 * tests in one query. That query only proves which tests pass; every other one runs its own.
 */
export class FusedTests {
  readonly #groups = new Map<UniqueId, Group>();

  /** Groups of at least two `tests` that look at one node and are ready when it is. */
  constructor(tests: Iterable<Node>, storeFailures: boolean) {
    const groups = new Map<string, Group>();
    for (const test of tests) {
      if (!mayBeFused(test) || storeFailuresAs(test.config, storeFailures) !== undefined) continue;
      // Audits may show a test the batch alone: such tests see other rows than those beside them.
      const key = `${test.dependsOn.nodes[0]}\n${String(test.config['audit_rows'] ?? '')}`;
      const group: Group = groups.get(key) ?? { tests: [], done: undefined };
      group.tests.push(test);
      groups.set(key, group);
    }
    for (const group of groups.values()) {
      if (group.tests.length < 2) continue;
      for (const test of group.tests) this.#groups.set(test.uniqueId, group);
    }
  }

  /** What the shared scan says of a test; undefined when the test is in none. */
  async of(
    test: Node,
    context: RunContext,
    connection: Connection,
  ): Promise<FusedTest | undefined> {
    const group = this.#groups.get(test.uniqueId);
    if (group === undefined) return undefined;
    group.done ??= scan(group.tests, context, connection);
    return (await group.done).get(test.uniqueId);
  }
}

async function scan(
  tests: readonly Node[],
  context: RunContext,
  connection: Connection,
): Promise<ReadonlyMap<UniqueId, FusedTest>> {
  const environment = context.environment(connection);
  const found = new Map<UniqueId, FusedTest>();
  const checks: { readonly test: Node; readonly check: ColumnCheck }[] = [];
  for (const test of tests) {
    let compiledCode: string;
    try {
      ({ compiledCode } = await compileNode(test, environment));
    } catch {
      // It tells its error when it is its turn.
      continue;
    }
    found.set(test.uniqueId, { compiledCode, passes: false });
    const check = columnCheck(test, compiledCode);
    if (check !== undefined && check.relation === (checks[0]?.check ?? check).relation)
      checks.push({ test, check });
  }
  // A view is computed anew by every query, so its rows are not counted first.
  const table = await isTable(tests[0]!.dependsOn.nodes[0]!, context);
  const shared = table ? checks : checks.filter(({ test }) => test.testMetadata!.name !== 'unique');
  if (shared.length < 2) return found;
  const values = await askFor(
    shared.map(({ check }) => check),
    table,
    connection,
  );
  for (const [i, { test }] of shared.entries()) {
    const { compiledCode } = found.get(test.uniqueId)!;
    found.set(test.uniqueId, { compiledCode, passes: values?.[i] === 0 });
  }
  return found;
}

const tables: ReadonlySet<unknown> = new Set(['table', 'incremental', 'seed', 'snapshot']);

async function isTable(id: UniqueId, { manifest, session }: RunContext): Promise<boolean> {
  const node = manifest.nodes.get(id);
  const source = manifest.sources.get(id);
  if (node !== undefined && tables.has(node.config['materialized'])) return true;
  const relation = node === undefined ? source : relationOf(node);
  if (relation === undefined) return false;
  return (await session.relations()).find(relation)?.type === 'table';
}

/** The values of the checks; undefined where the relation is too large, or the query has an error. */
async function askFor(
  checks: readonly ColumnCheck[],
  countFirst: boolean,
  connection: Connection,
): Promise<readonly number[] | undefined> {
  const { relation } = checks[0]!;
  const numbers = async (sql: string) => (await connection.query(sql)).rows[0]!.map(Number);
  try {
    if (countFirst) {
      const [rows] = await numbers(`select count(*) from ${relation}`);
      if (rows! > fusedRows) return undefined;
    }
    return await numbers(fusedTestsSql(relation, checks));
  } catch (error) {
    // Which test it is about, the tests' own queries tell; what was stopped stays stopped.
    if (error instanceof TsdbtError && error.name === 'run-cancelled') throw error;
    return undefined;
  }
}
