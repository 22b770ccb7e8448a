import type { Adapter, Connection } from '../adapters/adapter.ts';
import type { PackageFiles, TemplateDatabase } from '../context/template-database.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { RelationCache } from './relation-cache.ts';
import { SharedCommits, SharingConnection } from './shared-commits.ts';
import { templateDatabase } from './template-database.ts';
import type { Transaction } from './transaction.ts';

/**
 * The database during one invocation: connections that are opened when first needed and used
 * again, and the cache of relations. Nothing is opened before the first question.
 */
export class DatabaseSession {
  readonly adapter: Adapter;
  readonly #mayConnect: boolean;
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  readonly #sharedCommits = new SharedCommits(() => performance.now());
  readonly #schemas = new Map<string, Promise<void>>();
  #cache: Promise<RelationCache> | undefined;
  #only: Connection | undefined;

  /**
   * With `mayConnect` false, `--no-introspect`, a question is an error, but for which relations there
   * are: dbt looks at those before it compiles.
   */
  constructor(adapter: Adapter, mayConnect = true) {
    this.adapter = adapter;
    this.#mayConnect = mayConnect;
  }

  get wasOpened(): boolean {
    return this.#cache !== undefined || this.#idle.length + this.#busy.size > 0;
  }

  /** Runs `body` with a connection that nobody else uses meanwhile. */
  async withConnection<T>(body: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#only !== undefined) return await body(this.#only);
    if (!this.#mayConnect) throw tsdbtError('introspection-off', {});
    return await this.#connected(body);
  }

  async #connected<T>(body: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = this.#idle.pop() ?? (await this.adapter.connect());
    this.#busy.add(connection);
    try {
      return await body(connection);
    } finally {
      this.#busy.delete(connection);
      this.#idle.push(connection);
    }
  }

  /**
   * Runs `body` with a connection that nobody else uses meanwhile, but for commits that it shares;
   * `release` is called when it waits for one of those.
   */
  async withSharingConnection<T>(
    release: () => void,
    body: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    if (this.#only !== undefined) return await body(this.#only);
    return await this.withConnection((connection) =>
      body(new SharingConnection(connection, this.#sharedCommits, release)),
    );
  }

  /** From now on all is done on this connection, one thing at a time; undefined ends that. */
  useOnly(connection: Connection | undefined): void {
    this.#only = connection;
    // Schemas that were made on it may have gone with its transaction.
    this.#schemas.clear();
  }

  /** Stops the statements that are running now. */
  interrupt(): void {
    this.#only?.interrupt();
    for (const connection of this.#busy) connection.interrupt();
  }

  async relations(): Promise<RelationCache> {
    const read = async (connection: Connection) =>
      new RelationCache(await this.adapter.listRelations(connection));
    this.#cache ??= this.#only === undefined ? this.#connected(read) : read(this.#only);
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

  /** Reads anew what stands in a schema, after something was rolled back. */
  async refreshRelations(database: string, schema: string): Promise<void> {
    if (this.#cache === undefined) return;
    const cache = await this.#cache;
    const found = await this.withConnection(
      async (connection) => await this.adapter.listRelations(connection, [schema]),
    );
    cache.removeSchema(database, schema);
    for (const relation of found) if (relation.database === database) cache.put(relation);
  }

  /** The database as templates of one node see it: their queries run on `connection`. */
  templateDatabase(
    connection: Connection | undefined,
    files: PackageFiles,
    transaction?: Transaction,
  ): TemplateDatabase {
    return templateDatabase(this, connection, files, transaction);
  }

  /** Changes the cache, once it is read; before that there is nothing to change. */
  updateCache(change: (cache: RelationCache) => void): void {
    void this.#cache?.then(change, () => undefined);
  }

  async close(): Promise<void> {
    await this.adapter.close();
  }
}
