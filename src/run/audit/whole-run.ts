import type { Connection } from '../../adapters/adapter.ts';
import { relationOf } from '../../compile/compile-node.ts';
import type { Json } from '../../contracts/json.ts';
import type { Manifest } from '../../contracts/manifest.ts';
import type { Node } from '../../contracts/node.ts';
import { type Relation, relationKey } from '../../contracts/relation.ts';
import type { NodeResult } from '../../contracts/result.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { toTsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import { storeFailuresAs } from '../../materializations/data-test.ts';
import { macroPath } from '../macro-path.ts';
import { readHook } from '../node-hooks.ts';
import type { RunContext } from '../run-context.ts';
import { type AuditMode, auditMode } from './audited-tests.ts';
import { KeptRows } from './kept-rows.ts';
import { rejectedRelation } from './node-audit.ts';
import { OneTransaction } from './one-transaction.ts';

const building: ReadonlySet<string> = new Set(['model', 'seed', 'snapshot']);

/** Whether the nodes of a build are to be published together: `--audit run`, or `audit: run` of one. */
export function publishesTogether(
  manifest: Manifest,
  selected: ReadonlySet<UniqueId>,
  asked: AuditMode | undefined,
): boolean {
  return [...selected].some((id) => {
    const node = manifest.nodes.get(id);
    return (
      node !== undefined &&
      building.has(node.resourceType) &&
      auditMode(node, manifest, asked) === 'run'
    );
  });
}

/** Throws `audit-run-impossible` for a node that can't be part of a transaction of the whole run. */
export async function refuseTogether(
  context: RunContext,
  selected: ReadonlySet<UniqueId>,
): Promise<void> {
  const nodes = [...selected].flatMap((id) => {
    const node = context.manifest.nodes.get(id);
    return node !== undefined && building.has(node.resourceType) ? node : [];
  });
  await context.session.withConnection(async (connection) => {
    for (const node of nodes) refuse(node, nodes[0]!, context, connection);
  });
}

/**
 * A build in one transaction: what its nodes write becomes visible when all of them, and all of their
 * tests, have passed, or not at all. Everything runs on one connection, one node after the other.
 */
export class WholeRun {
  readonly #context: RunContext;
  readonly #connection: Connection;
  readonly #selected: ReadonlySet<UniqueId>;

  private constructor(
    context: RunContext,
    connection: Connection,
    selected: ReadonlySet<UniqueId>,
  ) {
    this.#context = context;
    this.#connection = connection;
    this.#selected = selected;
  }

  static async begin(context: RunContext, selected: ReadonlySet<UniqueId>): Promise<WholeRun> {
    const { session } = context;
    const connection = await session.adapter.connect();
    // What stands in the database is read before, so that it is what others see.
    await session.relations();
    await connection.run('begin transaction');
    session.useOnly(new OneTransaction(connection));
    return new WholeRun(context, connection, selected);
  }

  /** Whether an error has ended the transaction: then nothing more can be run in it. */
  async isLost(): Promise<boolean> {
    return await this.#connection.query('select 1').then(
      () => false,
      () => true,
    );
  }

  /** Publishes what the nodes built if none failed, else takes it back; gives the results as they are then. */
  async end(results: readonly NodeResult[]): Promise<readonly NodeResult[]> {
    const { session } = this.#context;
    try {
      const failed = results.find(({ status }) =>
        ['error', 'fail', 'partial success', 'skipped'].includes(status),
      );
      if (failed === undefined) {
        await this.#dropRejected();
        await this.#connection.run('commit');
        return results;
      }
      const kept = await this.#keep(results);
      await this.#connection.run('rollback').catch(() => undefined);
      session.useOnly(undefined);
      for (const [relation, rows] of kept) {
        const { dialect } = this.#context;
        await this.#connection.run(dialect.createSchema(relation.database, relation.schema));
        await rows.restore(relation, dialect, this.#connection);
      }
      const names = kept.map(([relation]) => this.#context.dialect.relation(relation));
      const guilty = results.find(({ status }) =>
        ['error', 'fail', 'partial success'].includes(status),
      );
      const because = guilty === undefined ? 'the run was stopped' : `${guilty.nodeId} failed`;
      const text = `Nothing was published, because ${because}.${names.length === 0 ? '' : ` The rejected rows are in ${names.join(', ')}.`}`;
      this.#context.emit({ type: 'message', level: 'error', text });
      return results.map((result) => unpublished(result, because, guilty?.nodeId ?? null));
    } catch (error) {
      // The commit itself failed: the database is what it was.
      await this.#connection.run('rollback').catch(() => undefined);
      const failed = toTsdbtError(error);
      return results.map((result) =>
        result.status === 'success'
          ? { ...result, status: 'error', message: failed.message, error: failed }
          : result,
      );
    } finally {
      session.useOnly(undefined);
      this.#connection.close();
      await this.#refresh();
    }
  }

  /** Rows that an earlier run rejected say nothing any more. */
  async #dropRejected(): Promise<void> {
    const { manifest, session, dialect } = this.#context;
    const relations = await session.relations();
    for (const id of this.#selected) {
      const node = manifest.nodes.get(id);
      if (node === undefined || !building.has(node.resourceType)) continue;
      const rejected = relations.find(rejectedRelation(node));
      if (rejected !== undefined) await this.#connection.run(dialect.drop(rejected, 'table'));
    }
  }

  /** Keeps the new content of what fails a test, and the failing rows of tests that store them. */
  async #keep(results: readonly NodeResult[]): Promise<readonly (readonly [Relation, KeptRows])[]> {
    const { manifest, dialect, flags } = this.#context;
    const wanted = new Map<string, { readonly from: Relation; readonly to: Relation }>();
    for (const { nodeId, status } of results) {
      const test = manifest.nodes.get(nodeId);
      if (status !== 'fail' || test === undefined) continue;
      if (storeFailuresAs(test.config, flags.storeFailures) !== undefined) {
        const relation = relationOf(test);
        wanted.set(relationKey(relation), { from: relation, to: relation });
      }
      for (const id of test.dependsOn.nodes) {
        const node = manifest.nodes.get(id);
        if (node === undefined || !this.#selected.has(id) || !building.has(node.resourceType))
          continue;
        const to = rejectedRelation(node);
        wanted.set(relationKey(to), { from: relationOf(node), to });
      }
    }
    const kept: (readonly [Relation, KeptRows])[] = [];
    for (const { from, to } of wanted.values()) {
      const select = `select * from ${dialect.relation(from)}`;
      const rows = await KeptRows.save(select, this.#context, this.#connection);
      if (rows !== undefined) kept.push([to, rows]);
    }
    return kept;
  }

  async #refresh(): Promise<void> {
    const { manifest, session } = this.#context;
    const schemas = new Map<string, Relation>();
    for (const id of this.#selected) {
      const node = manifest.nodes.get(id);
      if (node === undefined) continue;
      const relation = relationOf(node);
      schemas.set(`${relation.database}\0${relation.schema}`.toLowerCase(), relation);
    }
    for (const { database, schema } of schemas.values())
      await session.refreshRelations(database, schema);
  }
}

/** Built or passed, but on what nobody will see: a retry does it again. */
function unpublished(
  result: NodeResult,
  because: string,
  skippedBecause: UniqueId | null,
): NodeResult {
  if (!['success', 'pass', 'partial success'].includes(result.status)) return result;
  const done = result.status === 'pass' ? 'It passed on' : 'It gave';
  return {
    ...result,
    status: 'skipped',
    message: `${done} content that was not published, because ${because}`,
    rowsAffected: null,
    skippedBecause,
  };
}

function refuse(node: Node, first: Node, context: RunContext, connection: Connection): void {
  const path = macroPath(node, context.environment(connection).host, context);
  const outside = ['pre-hook', 'post-hook'].find((key) => {
    const written = (node.config[key] ?? []) as Json;
    const hooks = Array.isArray(written) ? written : [written];
    return hooks.some((hook) => !readHook(hook).inTransaction);
  });
  const problem =
    path !== undefined
      ? `runs through the macro ${path.macro.name}, which may begin and end transactions of its own: ${path.because}`
      : outside !== undefined
        ? `has a ${outside} that is to run outside of the transaction`
        : node.database !== first.database
          ? `is built in the database ${node.database}, and ${first.uniqueId} in ${first.database}: one transaction writes to one database`
          : undefined;
  if (problem === undefined) return;
  throw tsdbtError(
    'audit-run-impossible',
    { node: node.uniqueId, problem },
    { nodeId: node.uniqueId, location: { file: node.originalFilePath } },
  );
}
