import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import { type Relation, relationKey } from '../../contracts/relation.ts';
import { stateSchema } from '../node-state.ts';
import type { RelationRole } from './node-relations.ts';

/** A relation that tsdbt made. */
export interface NotedRelation {
  readonly relation: Relation;
  readonly type: 'table' | 'view';
  /**
   * Hash of its definition as the run left it; null while it is not certain that what stands there is
   * tsdbt's: a run that makes a relation notes it before, and confirms it when it ends.
   */
  readonly definition: string | null;
  readonly node: string;
  readonly role: RelationRole;
  /** The node's materialization when it was made. */
  readonly kind: string;
  readonly owner: LedgerOwner;
  readonly invocationId: string;
  /** ISO text, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Whose a relation is: a project built for a target, with the schema that the target had. */
export interface LedgerOwner {
  readonly project: string;
  readonly target: string;
  readonly targetSchema: string;
}

const columns = [
  'schema_name',
  'relation_name',
  'relation_type',
  'definition',
  'node',
  'role',
  'kind',
  'project',
  'target',
  'target_schema',
  'invocation_id',
  'created_at',
  'updated_at',
] as const;

/** The relation that holds the ledger; each database has its own, of what stands in it. */
export function ledgerRelation(database: string): Relation {
  return { database, schema: stateSchema, identifier: 'relations' };
}

/** The runs that have not ended, with what they were to make. */
function runsRelation(database: string): Relation {
  return { database, schema: stateSchema, identifier: 'relation_runs' };
}

const runColumns = 'invocation_id, project, target, target_schema, started_at, relations';

export async function ensureLedger(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
): Promise<void> {
  const table = (relation: Relation, names: readonly string[]) =>
    `create table if not exists ${dialect.relation(relation)} (${names.map((name) => `${name} varchar`).join(', ')})`;
  await connection.run(
    `${table(ledgerRelation(database), columns)};\n${table(runsRelation(database), runColumns.split(', '))}`,
  );
}

/** What a database's ledger says. */
export interface Ledger {
  /** By `relationKey`; with what runs were to make that have not ended. */
  readonly noted: ReadonlyMap<string, NotedRelation>;
  /** Those of `noted` that only such runs know of. */
  readonly unended: readonly NotedRelation[];
}

/** Reads the ledger of a database. */
export async function readLedgerOf(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
): Promise<Ledger> {
  // One text for all of it: reading a thousand rows of many columns one by one takes ten times as long.
  const { rows } = await connection.query(
    `select '[' || coalesce(string_agg(json_array(${columns.join(', ')})::varchar, ','), '') || ']' from ${dialect.relation(ledgerRelation(database))}`,
  );
  const noted = new Map<string, NotedRelation>();
  for (const row of JSON.parse(String(rows[0]![0])) as readonly (string | null)[][]) {
    const one = asNoted(database, row);
    noted.set(relationKey(one.relation), one);
  }
  const runs = await connection.query(
    `select ${runColumns} from ${dialect.relation(runsRelation(database))}`,
  );
  const unended: NotedRelation[] = [];
  for (const [invocation, project, target, schema, startedAt, relations] of runs.rows) {
    for (const [name, relation, node, role, kind] of JSON.parse(String(relations)) as string[][]) {
      const [id, at] = [String(invocation), String(startedAt)];
      const owner = [project, target, schema].map(String);
      const row = [name!, relation!, 'table', null, node!, role!, kind!, ...owner, id, at, at];
      const one = asNoted(database, row);
      if (noted.has(relationKey(one.relation))) continue;
      noted.set(relationKey(one.relation), one);
      unended.push(one);
    }
  }
  return { noted, unended };
}

function asNoted(database: string, row: readonly (string | null)[]): NotedRelation {
  const text = (i: number) => row[i] ?? '';
  return {
    relation: { database, schema: text(0), identifier: text(1) },
    type: text(2) === 'view' ? 'view' : 'table',
    definition: row[3] ?? null,
    node: text(4),
    role: text(5) as RelationRole,
    kind: text(6),
    owner: { project: text(7), target: text(8), targetSchema: text(9) },
    invocationId: text(10),
    createdAt: text(11),
    updatedAt: text(12),
  };
}

/** Notes what a run is about to make, in one row. */
export async function noteRun(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  planned: readonly NotedRelation[],
): Promise<void> {
  const [first] = planned;
  if (first === undefined) return;
  const { owner, invocationId, createdAt } = first;
  const listed = planned.map((one) => [
    one.relation.schema,
    one.relation.identifier,
    one.node,
    one.role,
    one.kind,
  ]);
  await connection.run(
    `insert into ${dialect.relation(runsRelation(database))} values ($1, $2, $3, $4, $5, $6)`,
    [
      invocationId,
      owner.project,
      owner.target,
      owner.targetSchema,
      createdAt,
      JSON.stringify(listed),
    ],
  );
}

/** Takes relations out of the ledger, puts others in, and forgets the runs that have not ended. */
export async function writeLedgerOf(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  { remove, put }: { remove: readonly Relation[]; put: readonly NotedRelation[] },
): Promise<void> {
  const table = dialect.relation(ledgerRelation(database));
  await connection.transaction(async () => {
    await forgetRelations(connection, dialect, database, remove);
    await connection.run(`delete from ${dialect.relation(runsRelation(database))}`);
    if (put.length === 0) return;
    const values = columns.map((_, i) => `item->>${i}`).join(', ');
    await connection.run(
      `insert into ${table} select ${values} from (select unnest(cast($1::varchar::json as json[])) as item)`,
      [JSON.stringify(put.map(asRow))],
    );
  });
}

/** Takes relations out of the ledger; part of the open transaction. */
export async function forgetRelations(
  connection: Connection,
  dialect: SqlDialect,
  database: string,
  relations: readonly Relation[],
): Promise<void> {
  if (relations.length === 0) return;
  await connection.run(
    `delete from ${dialect.relation(ledgerRelation(database))} where (lower(schema_name), lower(relation_name)) in (select (lower(item->>0), lower(item->>1)) from (select unnest(cast($1::varchar::json as json[])) as item))`,
    [JSON.stringify(relations.map(({ schema, identifier }) => [schema, identifier]))],
  );
}

function asRow(noted: NotedRelation): readonly (string | null)[] {
  const { relation, owner } = noted;
  return [
    relation.schema,
    relation.identifier,
    noted.type,
    noted.definition,
    noted.node,
    noted.role,
    noted.kind,
    owner.project,
    owner.target,
    owner.targetSchema,
    noted.invocationId,
    noted.createdAt,
    noted.updatedAt,
  ];
}
