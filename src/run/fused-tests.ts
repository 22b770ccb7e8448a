import type { Connection } from '../adapters/adapter.ts';
import { compileNode, relationOf } from '../compile/compile-node.ts';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { TsdbtError } from '../errors/tsdbt-error.ts';
import { storeFailuresAs } from '../materializations/data-test.ts';
import {
  type ColumnCheck,
  columnCheck,
  fusedRelations,
  fusedRows,
  fusedTestsSql,
  mayBeFused,
  type RelationChecks,
  rowCountsSql,
} from '../materializations/fused-tests.ts';
import type { RunContext } from './run-context.ts';

/** A test that took part in a shared scan. */
export interface FusedTest {
  readonly compiledCode: string;
  /** False: nothing is known, and the test's own query says what fails. */
  readonly passes: boolean;
  /** Its table is so large that a query of it keeps every core of the database busy. */
  readonly isLarge?: boolean;
}

/** Relations whose tests are asked for together, each with its tests. */
interface Batch {
  readonly relations: (readonly Node[])[];
  next?: Batch;
  done: Promise<ReadonlyMap<UniqueId, FusedTest>> | undefined;
}

/**
 * Tests in few scans: the first test of a relation that is run asks for all of its plain column
 * tests in one query, and for those of other relations where nothing has to be waited for. That
 * query only proves which tests pass; every other one runs its own.
 */
export class FusedTests {
  readonly #batches = new Map<UniqueId, Batch>();

  /**
   * Groups of at least two `tests` that look at one node and are ready when it is; `waits` tells
   * which tests wait for something that the run does.
   */
  constructor(tests: Iterable<Node>, storeFailures: boolean, waits: (test: UniqueId) => boolean) {
    const groups = new Map<string, Node[]>();
    for (const test of tests) {
      if (!mayBeFused(test) || storeFailuresAs(test.config, storeFailures) !== undefined) continue;
      // Audits may show a test the batch alone: such tests see other rows than those beside them.
      const key = `${test.dependsOn.nodes[0]}\n${String(test.config['audit_rows'] ?? '')}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [test]);
      else group.push(test);
    }
    let together: Batch | undefined;
    for (const group of groups.values()) {
      if (group.length < 2) continue;
      const alone = group.some(({ uniqueId }) => waits(uniqueId));
      let batch = alone ? undefined : together;
      if (batch === undefined || batch.relations.length === fusedRelations) {
        batch = { relations: [], done: undefined };
        if (!alone) {
          if (together !== undefined) together.next = batch;
          together = batch;
        }
      }
      batch.relations.push(group);
      for (const test of group) this.#batches.set(test.uniqueId, batch);
    }
  }

  /**
   * The order in which nodes are begun: the first test of a batch before the others of the batch
   * before, so that the database works on one while the tests of the other are settled.
   */
  order(ids: readonly UniqueId[]): readonly UniqueId[] {
    const ordered = new Set<UniqueId>();
    for (const id of ids) {
      ordered.add(id);
      const next = this.#batches.get(id)?.next;
      if (next !== undefined) ordered.add(next.relations[0]![0]!.uniqueId);
    }
    return [...ordered];
  }

  /** What the shared scan says of a test; undefined when the test is in none. */
  async of(
    test: Node,
    context: RunContext,
    connection: Connection,
  ): Promise<FusedTest | undefined> {
    const batch = this.#batches.get(test.uniqueId);
    if (batch === undefined) return undefined;
    batch.done ??= scan(batch.relations, context, connection);
    return (await batch.done).get(test.uniqueId);
  }
}

/** Tests of one relation that share its scan. */
interface Shared extends RelationChecks {
  readonly tests: readonly UniqueId[];
  readonly isTable: boolean;
}

async function scan(
  relations: readonly (readonly Node[])[],
  context: RunContext,
  connection: Connection,
): Promise<ReadonlyMap<UniqueId, FusedTest>> {
  const found = new Map<UniqueId, FusedTest>();
  const shared: Shared[] = [];
  for (const tests of relations) {
    const group = await sharedScan(tests, context, connection, found);
    if (group.tests.length > 1) shared.push(group);
  }
  const sizes = await sizesOf(shared, connection);
  for (const { tests } of shared.filter((one) => sizes.get(one) === 'large'))
    for (const id of tests) found.set(id, { ...found.get(id)!, isLarge: true });
  const small = shared.filter((one) => (sizes.get(one) ?? 'small') === 'small');
  for (const id of await passingTests(small, connection))
    found.set(id, { ...found.get(id)!, passes: true });
  return found;
}

/** Compiles the tests of a relation into `found` and tells which may share its scan. */
async function sharedScan(
  tests: readonly Node[],
  context: RunContext,
  connection: Connection,
  found: Map<UniqueId, FusedTest>,
): Promise<Shared> {
  const environment = context.environment(connection);
  // A view is computed anew by every query: its rows are not counted first.
  const table = await isTable(tests[0]!.dependsOn.nodes[0]!, context);
  const checks: ColumnCheck[] = [];
  const ids: UniqueId[] = [];
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
    if (check === undefined || check.relation !== (checks[0] ?? check).relation) continue;
    if (!table && test.testMetadata!.name === 'unique') continue;
    checks.push(check);
    ids.push(test.uniqueId);
  }
  return { relation: checks[0]?.relation ?? '', checks, tests: ids, isTable: table };
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

type Size = 'small' | 'large' | 'unknown';

/**
 * Which tables have so many rows that a query for each test costs less, and which can't be counted:
 * their tests will say why. Views are not among them.
 */
async function sizesOf(
  shared: readonly Shared[],
  connection: Connection,
): Promise<ReadonlyMap<Shared, Size>> {
  const tables = shared.filter((one) => one.isTable);
  if (tables.length === 0) return new Map();
  try {
    const { rows } = await connection.query(rowCountsSql(tables.map((one) => one.relation)));
    const size = (count: unknown): Size => (Number(count) > fusedRows ? 'large' : 'small');
    return new Map(rows.map(([at, count]) => [tables[Number(at)]!, size(count)]));
  } catch (error) {
    if (error instanceof TsdbtError && error.name === 'run-cancelled') throw error;
    if (tables.length === 1) return new Map([[tables[0]!, 'unknown']]);
    const sizes = new Map<Shared, Size>();
    for (const one of tables)
      for (const [table, size] of await sizesOf([one], connection)) sizes.set(table, size);
    return sizes;
  }
}

/** The tests that nothing fails; none of a relation whose query has an error. */
async function passingTests(
  shared: readonly Shared[],
  connection: Connection,
): Promise<readonly UniqueId[]> {
  if (shared.length === 0) return [];
  try {
    const { rows } = await connection.query(fusedTestsSql(shared));
    return rows.flatMap(([at, values]) =>
      shared[Number(at)]!.tests.filter((_, i) => Number((values as readonly Json[])[i]) === 0),
    );
  } catch (error) {
    if (error instanceof TsdbtError && error.name === 'run-cancelled') throw error;
    // Which test it is about, the tests' own queries tell; what was stopped stays stopped.
    if (shared.length === 1) return [];
    const passing: UniqueId[] = [];
    for (const one of shared) passing.push(...(await passingTests([one], connection)));
    return passing;
  }
}
