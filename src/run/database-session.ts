import type { Adapter, Connection } from '../adapters/adapter.ts';
import type { TemplateDatabase } from '../context/template-database.ts';
import { relationKey } from '../contracts/relation.ts';
import { RelationCache } from './relation-cache.ts';

/**
 * The database during one invocation: connections that are opened when first needed and used
 * again, and the cache of relations. Nothing is opened before the first question.
 */
export class DatabaseSession {
  readonly adapter: Adapter;
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  readonly #schemas = new Map<string, Promise<void>>();
  #cache: Promise<RelationCache> | undefined;

  constructor(adapter: Adapter) {
    this.adapter = adapter;
  }

  get wasOpened(): boolean {
    return this.#cache !== undefined || this.#idle.length + this.#busy.size > 0;
  }

  /** Runs `body` with a connection that nobody else uses meanwhile. */
  async withConnection<T>(body: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? (await this.adapter.connect());
    this.#busy.add(connection);
    try {
      return await body(connection);
    } finally {
      this.#busy.delete(connection);
      this.#idle.push(connection);
    }
  }

  /** Stops the statements that are running now. */
  interrupt(): void {
    for (const connection of this.#busy) connection.interrupt();
  }

  async relations(): Promise<RelationCache> {
    this.#cache ??= this.withConnection(
      async (connection) => new RelationCache(await this.adapter.listRelations(connection)),
    );
    return await this.#cache;
  }

  /** Creates the schema once; done before the fan-out, since two creators at once would conflict. */
  async ensureSchema(database: string, schema: string): Promise<void> {
    const key = `${database}\0${schema}`.toLowerCase();
    let created = this.#schemas.get(key);
    if (created === undefined) {
      created = this.withConnection(async (connection) => {
        await connection.run(this.adapter.dialect.createSchema(database, schema));
      });
      this.#schemas.set(key, created);
    }
    await created;
  }

  /** The database as templates of one node see it: their queries run on `connection`. */
  templateDatabase(connection?: Connection): TemplateDatabase {
    const on = <T>(body: (c: Connection) => Promise<T>): Promise<T> =>
      connection === undefined ? this.withConnection(body) : body(connection);
    return {
      findRelation: async (relation) => (await this.relations()).find(relation),
      query: (sql) => on((c) => c.query(sql)),
      columns: (relation) =>
        on(
          async (c) =>
            (await this.adapter.listColumns(c, [relation])).get(relationKey(relation)) ?? [],
        ),
      createSchema: (database, schema) => this.ensureSchema(database, schema),
      dropRelation: async (relation) => {
        await on((c) =>
          c.run(this.adapter.dialect.drop(relation, relation.type === 'view' ? 'view' : 'table')),
        );
        (await this.relations()).remove(relation);
      },
    };
  }

  async close(): Promise<void> {
    await this.adapter.close();
  }
}
