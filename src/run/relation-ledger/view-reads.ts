import type { Connection } from '../../adapters/adapter.ts';
import { type Relation, relationKey } from '../../contracts/relation.ts';

/** A view, and what its query reads. */
export interface ViewReads {
  readonly view: Relation;
  readonly reads: readonly Relation[];
  /** The query, where it can't be taken apart; then every name in it counts as read. */
  readonly unread?: string;
}

/**
 * What stands before the query in `create view`: the name, whose parts may be quoted, and perhaps
 * names of columns.
 */
const head =
  /^create\s+(?:or replace\s+)?view\s+(?:"(?:[^"]|"")*"|[^\s."(])+(?:\.(?:"(?:[^"]|"")*"|[^\s."(])+)*\s*(?:\((?:"(?:[^"]|"")*"|[^")])*\)\s*)?as\s+/i;

/**
 * What every view of the database reads. DuckDB keeps views as text and lets what they read be dropped,
 * so they are looked through here.
 */
export async function viewReads(connection: Connection): Promise<readonly ViewReads[]> {
  const { rows } = await connection.query(
    'select database_name, schema_name, view_name, sql from duckdb_views() where not internal and not temporary',
  );
  const found: ViewReads[] = [];
  for (const [database, schema, identifier, sql] of rows.map((row) => row.map(String))) {
    const view = { database: database!, schema: schema!, identifier: identifier! };
    const query = sql!.replace(head, '').replace(/;\s*$/, '');
    const { rows: parsed } = await connection.query(
      'select json_serialize_sql(?::varchar)::varchar',
      [query],
    );
    const tree = JSON.parse(String(parsed[0]![0])) as { readonly error: boolean };
    const reads: Relation[] = [];
    collect(tree, reads);
    found.push(tree.error ? { view, reads, unread: query } : { view, reads });
  }
  return found;
}

/** Whether a relation is among what a view reads; where a name leaves parts out, they may be any. */
export function mayRead({ reads, unread }: ViewReads, relation: Relation): boolean {
  if (unread?.toLowerCase().includes(relation.identifier.toLowerCase()) === true) return true;
  return reads.some((read) =>
    (['database', 'schema', 'identifier'] as const).every(
      (part) => read[part] === '' || read[part].toLowerCase() === relation[part].toLowerCase(),
    ),
  );
}

/** Relations in an order in which none is dropped before the views that read it. */
export function readersFirst<T extends { readonly relation: Relation }>(
  dropped: readonly T[],
  views: readonly ViewReads[],
): readonly T[] {
  const byKey = new Map(views.map((one) => [relationKey(one.view), one]));
  const ordered: T[] = [];
  const seen = new Set<T>();
  const visit = (one: T) => {
    if (seen.has(one)) return;
    seen.add(one);
    for (const other of dropped) {
      const view = byKey.get(relationKey(other.relation));
      if (view !== undefined && mayRead(view, one.relation)) visit(other);
    }
    ordered.push(one);
  };
  for (const one of dropped) visit(one);
  return ordered;
}

function collect(value: unknown, into: Relation[]): void {
  if (typeof value !== 'object' || value === null) return;
  const node = value as Readonly<Record<string, unknown>>;
  if (node['type'] === 'BASE_TABLE') {
    const catalog = String(node['catalog_name'] ?? '');
    const schema = String(node['schema_name'] ?? '');
    into.push({ database: catalog, schema, identifier: String(node['table_name'] ?? '') });
    // `a.b` may also be the table b of a database a.
    if (catalog === '' && schema !== '')
      into.push({ database: schema, schema: '', identifier: String(node['table_name'] ?? '') });
  }
  for (const part of Object.values(node)) collect(part, into);
}
