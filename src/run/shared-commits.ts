import type { Connection, StatementResult } from '../adapters/adapter.ts';
import { PassingConnection } from '../adapters/passing-connection.ts';
import { isTsdbtError } from '../errors/tsdbt-error.ts';
import { closedStatement } from './closed-statement.ts';

/** Most statements of one transaction. */
const most = 16;
/** Statements that take longer, without their commit, are better run at the same time than in a row. */
const quickMs = 10;
/** So many statements in a row tell how long the next one will take. */
const telling = 4;

interface Waiting {
  readonly connection: Connection;
  readonly sql: string;
  readonly release: () => void;
  readonly resolve: (result: StatementResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits quick statements of many nodes together. A commit waits for the disk and takes locks, which
 * costs more than to create a view does; so statements that come while others are executed make up the
 * next transaction. Each is one that is whole by itself. When one of them fails, they are taken back and
 * each is run alone, so that what a node does never depends on the others.
 */
export class SharedCommits {
  readonly #now: () => number;
  /** By database, since a transaction can write to one only. */
  readonly #waiting = new Map<string, Waiting[]>();
  readonly #last: number[] = [];

  /** With a clock that gives milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Runs a statement that writes to one database; done when it is committed. `release` is called when
   * the statement waits for others, and what gave it work can go on with something else.
   */
  async run(
    connection: Connection,
    sql: string,
    database: string,
    release: () => void,
  ): Promise<StatementResult> {
    const text = this.#areQuick() ? closedStatement(sql) : undefined;
    if (text === undefined) return await this.#alone(connection, sql);
    return await new Promise((resolve, reject) => {
      const own = { connection, sql: text, release, resolve, reject };
      const waiting = this.#waiting.get(database);
      if (waiting === undefined) void this.#drain(database, [own]);
      else if (waiting.push(own) <= most) release();
    });
  }

  /** Executes what waits for a database, a transaction after the other, until nothing does. */
  async #drain(database: string, waiting: Waiting[]): Promise<void> {
    this.#waiting.set(database, waiting);
    // Others that are ready now come before anything else can.
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const group = waiting.splice(0, this.#areQuick() ? most : waiting.length);
      // As many wait without a thread as make up the next transaction.
      for (const { release } of waiting.slice(0, most)) release();
      if (group.length === 1 || !this.#areQuick()) await this.#apart(group);
      else await this.#together(group, waiting);
    }
    this.#waiting.delete(database);
  }

  /** Executes a group in one transaction; those after it are cancelled when it is. */
  async #together(group: readonly Waiting[], after: Waiting[]): Promise<void> {
    const { connection } = group[0]!;
    // One text, as each way to the database and back waits for whatever else this process does.
    const script = ['begin transaction', ...group.map(({ sql }) => sql), 'commit', ''].join(
      '\n;\n',
    );
    try {
      const result = await this.#timed(() => connection.run(script), group.length);
      for (const { resolve } of group) resolve(result);
    } catch (error) {
      await connection.run('rollback').catch(() => undefined);
      if (isTsdbtError(error) && error.name === 'run-cancelled')
        for (const { reject } of [...group, ...after.splice(0)]) reject(error);
      else await this.#apart(group);
    }
  }

  async #apart(statements: readonly Waiting[]): Promise<void> {
    await Promise.all(
      statements.map(({ connection, sql, resolve, reject }) =>
        this.#alone(connection, sql).then(resolve, reject),
      ),
    );
  }

  async #alone(connection: Connection, sql: string): Promise<StatementResult> {
    return await connection.transaction(() => this.#timed(() => connection.run(sql)));
  }

  /** Keeps how long each of so many statements took. */
  async #timed<T>(body: () => Promise<T>, count = 1): Promise<T> {
    const start = this.#now();
    try {
      return await body();
    } finally {
      this.#last.push((this.#now() - start) / count);
      if (this.#last.length > telling) this.#last.shift();
    }
  }

  #areQuick(): boolean {
    const sum = this.#last.reduce((all, ms) => all + ms, 0);
    return this.#last.length === telling && sum < telling * quickMs;
  }
}

/** A connection of one node whose commits may be shared with those of others. */
export class SharingConnection extends PassingConnection {
  readonly #commits: SharedCommits;
  readonly #release: () => void;

  constructor(inner: Connection, commits: SharedCommits, release: () => void) {
    super(inner);
    this.#commits = commits;
    this.#release = release;
  }

  override runShared(sql: string, database: string): Promise<StatementResult> {
    return this.#commits.run(this.inner, sql, database, this.#release);
  }
}
