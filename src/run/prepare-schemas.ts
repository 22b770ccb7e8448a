import type { Manifest } from '../contracts/manifest.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { ensureStateSchema } from '../ingest/index.ts';
import { ensureNodeState, stateSchema } from './node-state.ts';
import type { RunContext } from './run-context.ts';

export interface NeededSchemas {
  /** Database and schema of what will be built. */
  readonly schemas: readonly { readonly database: string; readonly schema: string }[];
  /** Databases in which the state of nodes, and of landing files, is kept. */
  readonly stateful: ReadonlySet<string>;
  readonly landing: ReadonlySet<string>;
}

/** The schemas that the nodes need; tests make theirs when they store rows. */
export function neededSchemas(manifest: Manifest, ids: readonly UniqueId[]): NeededSchemas {
  const schemas = new Map<string, { database: string; schema: string }>();
  const stateful = new Set<string>();
  const landing = new Set<string>();
  for (const id of ids) {
    const { resourceType, database, schema, config } = manifest.nodes.get(id)!;
    if (resourceType === 'test' || resourceType === 'unit_test') continue;
    schemas.set(`${database}\0${schema}`.toLowerCase(), { database, schema });
    const materialized = config['materialized'];
    if (materialized === 'landing') landing.add(database);
    if (materialized === 'incremental' || resourceType === 'seed') stateful.add(database);
  }
  // What is made is noted in the database in which it stands.
  for (const database of new Set([...schemas.values()].map((schema) => schema.database)))
    schemas.set(`${database}\0${stateSchema}`, { database, schema: stateSchema });
  return { schemas: [...schemas.values()], stateful, landing };
}

/**
 * Schemas and the tables of our state are made up front: two connections that create one at the
 * same time would conflict.
 */
export async function prepareSchemas(context: RunContext, ids: readonly UniqueId[]): Promise<void> {
  const { session, dialect } = context;
  const { schemas, stateful, landing } = neededSchemas(context.manifest, ids);
  for (const { database, schema } of schemas) await session.ensureSchema(database, schema);
  for (const database of new Set([...stateful, ...landing])) {
    await session.withConnection(async (connection) => {
      if (stateful.has(database)) await ensureNodeState(connection, dialect, database);
      if (landing.has(database)) await ensureStateSchema(connection, dialect, database);
    });
  }
}
