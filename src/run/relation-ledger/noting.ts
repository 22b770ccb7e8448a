import type { Connection } from '../../adapters/adapter.ts';
import type { Manifest } from '../../contracts/manifest.ts';
import { type DefinedRelation, type Relation, relationKey } from '../../contracts/relation.ts';
import type { NodeResult } from '../../contracts/result.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { storeFailuresAs } from '../../materializations/data-test.ts';
import { stateSchema } from '../node-state.ts';
import type { RunContext } from '../run-context.ts';
import {
  ensureLedger,
  type LedgerOwner,
  type NotedRelation,
  noteRun,
  readLedgerOf,
  writeLedgerOf,
} from './ledger-table.ts';
import { type NodeRelation, nodeKind, nodeRelations } from './node-relations.ts';

/** Kinds whose relation is made anew each time, so that nothing of another's can be left in it. */
const madeAnew: ReadonlySet<string> = new Set(['table', 'view', 'test']);

const built: ReadonlySet<string> = new Set(['success', 'partial success', 'pass', 'fail', 'warn']);

/** Who a relation of this project and target belongs to. */
export function ledgerOwner({ project, target }: Manifest): LedgerOwner {
  return { project: project.name, target: target.name, targetSchema: target.schema };
}

/**
 * Notes in `_tsdbt.relations` what a run makes. What does not exist when the run starts is written
 * down then, in one row; when the run ends, what it made is noted with its definition. A run that is
 * killed between leaves relations that are not certain, which are never dropped. What stood there
 * before tsdbt came is never noted, and what another project or target builds as well is nobody's.
 */
export class Noting {
  readonly #context: RunContext;
  readonly #planned: ReadonlyMap<string, NodeRelation>;
  readonly #databases: readonly string[];
  /** What was not there when the run started. */
  readonly #absent = new Set<string>();
  /** What is noted and was not as noted when the run started. */
  readonly #doubtful = new Set<string>();
  readonly #noted = new Map<string, NotedRelation>();
  /** Databases in which this run is noted as not ended. */
  readonly #started = new Set<string>();

  private constructor(context: RunContext, planned: ReadonlyMap<string, NodeRelation>) {
    this.#context = context;
    this.#planned = planned;
    this.#databases = [...new Set([...planned.values()].map((one) => one.relation.database))];
  }

  /** Done before the nodes run; undefined when they make no relations. */
  static async begin(context: RunContext, ids: readonly UniqueId[]): Promise<Noting | undefined> {
    const { manifest, flags } = context;
    const planned = new Map<string, NodeRelation>();
    for (const id of ids) {
      const node = manifest.nodes.get(id)!;
      if (node.resourceType === 'test' && !storeFailuresAs(node.config, flags.storeFailures))
        continue;
      for (const one of nodeRelations(node)) planned.set(relationKey(one.relation), one);
    }
    if (planned.size === 0) return undefined;
    const noting = new Noting(context, planned);
    await noting.#start();
    return noting;
  }

  async #start(): Promise<void> {
    const { session, dialect } = this.#context;
    const existing = await session.relations();
    for (const [key, { relation }] of this.#planned) {
      if (existing.find(relation) === undefined) this.#absent.add(key);
    }
    for (const database of this.#databases) {
      await session.ensureSchema(database, stateSchema);
      await session.withConnection(async (connection) => {
        await ensureLedger(connection, dialect, database);
        const ledger = await readLedgerOf(connection, dialect, database);
        for (const [key, noted] of ledger.noted) this.#noted.set(key, noted);
        if (ledger.unended.length > 0)
          await writeLedgerOf(connection, dialect, database, { remove: [], put: ledger.unended });
        await this.#findDoubtful(connection);
        const put: NotedRelation[] = [];
        for (const [key, one] of this.#planned) {
          // Rejected rows come seldom, and never before the end of their node.
          if (one.relation.database !== database || one.role === 'rejected') continue;
          if (!this.#absent.has(key) || this.#noted.has(key)) continue;
          put.push(this.#row(one, 'table', null));
        }
        await noteRun(connection, dialect, database, put);
        if (put.length > 0) this.#started.add(database);
      });
    }
  }

  /** What is added to keeps what was in it, so it must be what was noted. */
  async #findDoubtful(connection: Connection): Promise<void> {
    const kept = [...this.#planned].filter(([key, { node }]) => {
      const noted = this.#noted.get(key);
      return noted?.definition !== null && noted !== undefined && !madeAnew.has(nodeKind(node));
    });
    if (kept.length === 0) return;
    const found = await this.#definitions(connection);
    for (const [key] of kept) {
      const there = found.get(key);
      if (there !== undefined && there.definition !== this.#noted.get(key)!.definition)
        this.#doubtful.add(key);
    }
  }

  /** Done when the nodes have run. */
  async end(results: readonly NodeResult[]): Promise<void> {
    const { session, dialect } = this.#context;
    const done = new Set(results.filter(({ status }) => built.has(status)).map((r) => r.nodeId));
    await session.withConnection(async (connection) => {
      const found = await this.#definitions(connection);
      for (const database of this.#databases) {
        const remove: Relation[] = [];
        const put: NotedRelation[] = [];
        for (const [key, one] of this.#planned) {
          if (one.relation.database !== database) continue;
          const after = this.#after(key, one, found.get(key), done.has(one.node.uniqueId));
          if (after === undefined) continue;
          if (this.#noted.has(key)) remove.push(one.relation);
          if (after !== 'forget') put.push(after);
        }
        if (this.#started.has(database) || remove.length + put.length > 0)
          await writeLedgerOf(connection, dialect, database, { remove, put });
      }
    });
  }

  /** What is to be noted of a relation after the run; undefined when nothing changes. */
  #after(
    key: string,
    one: NodeRelation,
    found: DefinedRelation | undefined,
    done: boolean,
  ): NotedRelation | 'forget' | undefined {
    const noted = this.#noted.get(key);
    if (found === undefined) return noted === undefined ? undefined : 'forget';
    const row = this.#row(one, found.type === 'view' ? 'view' : 'table', found.definition);
    if (this.#absent.has(key)) return row;
    if (noted === undefined) return undefined;
    if (!sameOwner(noted.owner, row.owner)) return done ? 'forget' : undefined;
    if (noted.definition === null || this.#doubtful.has(key)) {
      const anew = madeAnew.has(row.kind) || this.#context.flags.fullRefresh;
      if (done && anew && one.role !== 'rejected') return row;
      return noted.definition === null ? undefined : { ...noted, definition: null };
    }
    const same = noted.definition === row.definition && noted.node === row.node;
    return same && noted.kind === row.kind && noted.type === row.type ? undefined : row;
  }

  #row(one: NodeRelation, type: 'table' | 'view', definition: string | null): NotedRelation {
    const now = this.#context.now().toISOString();
    return {
      relation: one.relation,
      type,
      definition,
      node: one.node.uniqueId,
      role: one.role,
      kind: type === 'view' ? 'view' : nodeKind(one.node),
      owner: ledgerOwner(this.#context.manifest),
      invocationId: this.#context.invocationId,
      createdAt: this.#noted.get(relationKey(one.relation))?.createdAt ?? now,
      updatedAt: now,
    };
  }

  async #definitions(connection: Connection): Promise<ReadonlyMap<string, DefinedRelation>> {
    const schemas = [...new Set([...this.#planned.values()].map((one) => one.relation.schema))];
    const found = await this.#context.session.adapter.listDefinitions(connection, schemas);
    return new Map(found.map((relation) => [relationKey(relation), relation]));
  }
}

/** Whether two are the same project, built for the same target. */
export function sameOwner(one: LedgerOwner, other: LedgerOwner): boolean {
  return (
    one.project === other.project &&
    one.target === other.target &&
    one.targetSchema === other.targetSchema
  );
}
