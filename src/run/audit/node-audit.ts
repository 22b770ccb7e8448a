import type { Connection } from '../../adapters/adapter.ts';
import { relationOf } from '../../compile/compile-node.ts';
import type { Node } from '../../contracts/node.ts';
import type { Step } from '../../contracts/plan.ts';
import type { Relation } from '../../contracts/relation.ts';
import type { NodeResult } from '../../contracts/result.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { storeFailuresAs } from '../../materializations/data-test.ts';
import { FusedTests } from '../fused-tests.ts';
import type { RunContext } from '../run-context.ts';
import { KeptRows } from './kept-rows.ts';

export type AuditStep = Extract<Step, { kind: 'audit' }>;

/** Runs a test on a connection; given to the audit, since tests are nodes themselves. */
export type RunTestOn = (
  test: Node,
  context: RunContext,
  connection: Connection,
) => Promise<NodeResult>;

/** The tests of one run that are run before what they test is published, and what they came to. */
export interface Audits {
  readonly testsOf: (node: Node) => readonly Node[];
  readonly results: Map<string, NodeResult>;
  readonly runTest: RunTestOn;
}

/** Where rejected content is kept: the relation's name with `__rejected` behind it. */
export function rejectedRelation(node: Node): Relation {
  const relation = relationOf(node);
  return { ...relation, identifier: `${relation.identifier}__rejected` };
}

/**
 * The audit of one node: its tests run inside the open transaction, on the connection that holds the
 * new content. When one fails, the transaction is rolled back by whoever began it, and the rejected
 * rows, which went to a file before that, become a table.
 */
export class NodeAudit {
  readonly #node: Node;
  readonly #context: RunContext;
  readonly #connection: Connection;
  readonly #toStore: Node[] = [];
  #rejected: KeptRows | undefined;

  constructor(node: Node, context: RunContext, connection: Connection) {
    this.#node = node;
    this.#context = context;
    this.#connection = connection;
  }

  /** Runs the tests of the step; throws `audit-rejected` when one fails. */
  async check(step: AuditStep): Promise<void> {
    const { audits, manifest } = this.#context;
    if (audits === undefined) return;
    const failed: string[] = [];
    const fusedTests = this.#fusedTests(step);
    for (const id of step.tests) {
      const test = manifest.nodes.get(id)!;
      const context = { ...this.#contextFor(test, step), fusedTests };
      const stores = storeFailuresAs(test.config, this.#context.flags.storeFailures) !== undefined;
      if (stores) this.#toStore.push(test);
      const looking = stores ? withoutStore(test) : test;
      const result = await audits.runTest(looking, context, this.#connection);
      audits.results.set(id, result);
      if (result.status === 'pass' || result.status === 'warn') continue;
      failed.push(test.name);
      if (result.status === 'error' && (await this.#isAborted())) break;
    }
    if (failed.length === 0) {
      // A test that keeps its rows runs once more where they can be kept: after the commit.
      for (const test of this.#toStore.splice(0)) audits.results.delete(test.uniqueId);
      return;
    }
    await this.#saveRejected(step);
    const kept = this.#rejected === undefined ? undefined : this.#rejectedName();
    throw tsdbtError(
      'audit-rejected',
      { node: this.#node.uniqueId, failed, total: step.tests.length, kept },
      { nodeId: this.#node.uniqueId, location: { file: this.#node.originalFilePath } },
    );
  }

  /** After the rollback: makes the rejected rows a table. */
  async afterRollback(): Promise<void> {
    const kept = this.#rejected;
    if (kept === undefined) return;
    this.#rejected = undefined;
    const { dialect, session } = this.#context;
    const relation = rejectedRelation(this.#node);
    await kept.restore(relation, dialect, this.#connection);
    (await session.relations()).put({ ...relation, type: 'table' });
    await this.#storeFailures(dialect.relation(relation));
  }

  /**
   * The tests that share a scan inside of the transaction: those whose query has no values to convert
   * and no view to compute, since an error would end the transaction for all of them.
   */
  #fusedTests({ tests }: AuditStep): FusedTests | undefined {
    const { manifest, flags, fusedTests } = this.#context;
    if (fusedTests === undefined || this.#node.config['materialized'] === 'view') return undefined;
    const nodes = tests.map((id) => manifest.nodes.get(id)!);
    const safe = nodes.filter((test) => test.testMetadata?.name !== 'accepted_values');
    return new FusedTests(safe, flags.storeFailures, () => true);
  }

  /** Tests that keep their rows read them from the rejected ones. */
  async #storeFailures(rejected: string): Promise<void> {
    const context = this.#replacing(rejected);
    for (const test of this.#toStore.splice(0)) {
      const result = await this.#context.audits?.runTest(test, context, this.#connection);
      if (result !== undefined) this.#context.audits?.results.set(test.uniqueId, result);
    }
  }

  /** Some errors end the transaction: nothing more can be asked on it then. */
  async #isAborted(): Promise<boolean> {
    return await this.#connection.query('select 1').then(
      () => false,
      () => true,
    );
  }

  /** After the commit: rows that an earlier run rejected say nothing any more. */
  async afterCommit(): Promise<void> {
    const relation = rejectedRelation(this.#node);
    const relations = await this.#context.session.relations();
    if (relations.find(relation) === undefined) return;
    await this.#connection.run(this.#context.dialect.drop(relation, 'table'));
    relations.remove(relation);
  }

  #rejectedName(): string {
    return this.#context.dialect.relation(rejectedRelation(this.#node));
  }

  /** Tests that ask for it see the batch alone in the place of the table. */
  #contextFor(test: Node, { batch }: AuditStep): RunContext {
    const context = this.#context;
    const rows = test.config['audit_rows'] ?? this.#node.config['audit_rows'];
    const seen = batch === null || rows !== 'batch' ? context : this.#replacing(batch);
    return { ...seen, flags: { ...seen.flags, storeFailures: false } };
  }

  /** The context in which the node is another relation. */
  #replacing(relation: string): RunContext {
    const context = this.#context;
    const replaced = new Map([[this.#node.uniqueId, relation]]);
    return {
      ...context,
      environment: (connection) => ({ ...context.environment(connection), replaced }),
    };
  }

  /** What was rejected: the batch where there is one, else all of the new content. */
  async #saveRejected({ relation, batch }: AuditStep): Promise<void> {
    const select = `select * from ${batch ?? relation}`;
    this.#rejected = await KeptRows.save(select, this.#context, this.#connection);
  }
}

/** Rows that a test keeps inside of the transaction would be rolled back with it. */
function withoutStore(test: Node): Node {
  return {
    ...test,
    config: { ...test.config, store_failures: false, store_failures_as: null },
  };
}
