import type { Connection } from '../adapters/adapter.ts';

/**
 * The transaction of a materialization that is written as a macro: begun by the first statement that
 * asks for one, ended by `adapter.commit()` (dbt-adapters `sql/connections.py`). What the macro leaves
 * uncommitted is rolled back.
 */
export class Transaction {
  readonly #connection: Connection;
  /** Statements that belong to the data and are committed with it, the first time. */
  #withData: readonly string[];
  #open = false;

  constructor(connection: Connection, withData: readonly string[] = []) {
    this.#connection = connection;
    this.#withData = withData;
  }

  async begin(): Promise<void> {
    if (this.#open) return;
    try {
      await this.#connection.run('begin transaction');
    } catch (error) {
      // One that was open before is not this one's to end: the tests of an audit run inside it.
      if (/within a transaction/i.test((error as Error).message)) return;
      throw error;
    }
    this.#open = true;
  }

  async commit(): Promise<void> {
    if (!this.#open) return;
    const statements = this.#withData;
    this.#withData = [];
    for (const sql of statements) await this.#connection.run(sql);
    await this.#connection.run('commit');
    this.#open = false;
  }

  /** Takes back what was not committed; whether there was something to take back. */
  async rollback(): Promise<boolean> {
    if (!this.#open) return false;
    this.#open = false;
    await this.#connection.run('rollback').catch(() => undefined);
    return true;
  }

  /**
   * Follows a statement by which a template begins or ends transactions itself, as hooks do.
   */
  observe(sql: string): void {
    const last = sql.trim().replace(/;\s*$/, '').split(';').at(-1)!.trim().toLowerCase();
    if (/^(begin|start)(\s+transaction)?$/.test(last)) this.#open = true;
    else if (/^(commit|rollback|end|abort)(\s+transaction)?$/.test(last)) this.#open = false;
  }
}
