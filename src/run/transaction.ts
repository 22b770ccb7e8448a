import type { Connection } from '../adapters/adapter.ts';

/** What belongs to the data that a transaction commits. */
export interface WithData {
  /** Statements that are committed with it, the first time. */
  readonly stateSql?: readonly string[];
  /** Looks at what the statements of the transaction wrote before its only commit; what it throws stops it. */
  readonly beforeCommit?: (written: readonly string[]) => Promise<boolean>;
}

/** Statements that change nothing that others see. */
const harmless =
  /^\s*(\/\*[\s\S]*?\*\/\s*|--[^\n]*\n\s*)*(select|with|from|values|describe|explain|show|pragma|set|reset|use|drop|begin|start|commit|load)\b/i;

/**
 * The transaction of a materialization that is written as a macro: begun by the first statement that
 * asks for one, ended by `adapter.commit()` (dbt-adapters `sql/connections.py`). What the macro leaves
 * uncommitted is rolled back.
 */
export class Transaction {
  readonly #connection: Connection;
  readonly #beforeCommit: WithData['beforeCommit'];
  #stateSql: readonly string[];
  #open = false;
  /** Statements of the open transaction that change something. */
  #written: string[] = [];
  #lookedAt = false;
  #changedOutside = false;

  constructor(connection: Connection, { stateSql = [], beforeCommit }: WithData = {}) {
    this.#connection = connection;
    this.#stateSql = stateSql;
    this.#beforeCommit = beforeCommit;
  }

  /** All that was changed was looked at before it was committed. */
  get isLookedAt(): boolean {
    return this.#lookedAt && !this.#changedOutside;
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
    if (!this.#lookedAt && !this.#changedOutside && this.#beforeCommit !== undefined)
      this.#lookedAt = await this.#beforeCommit(this.#written);
    if (!this.#lookedAt && this.#written.length > 0) this.#changedOutside = true;
    const statements = this.#stateSql;
    this.#stateSql = [];
    for (const sql of statements) await this.#connection.run(sql);
    await this.#connection.run('commit');
    this.#open = false;
    this.#written = [];
  }

  /** Takes back what was not committed; whether there was something to take back. */
  async rollback(): Promise<boolean> {
    if (!this.#open) return false;
    this.#open = false;
    await this.#connection.run('rollback').catch(() => undefined);
    return true;
  }

  /**
   * Follows the statements of a template: what they change, and where they begin or end transactions
   * themselves, as hooks do.
   */
  observe(sql: string): void {
    if (!harmless.test(sql)) {
      // Files are written at once, whatever becomes of the transaction.
      if (this.#open && !this.#lookedAt && !/^\s*copy\b/i.test(sql)) this.#written.push(sql);
      else this.#changedOutside = true;
    }
    const last = sql.trim().replace(/;\s*$/, '').split(';').at(-1)!.trim().toLowerCase();
    if (/^(begin|start)(\s+transaction)?$/.test(last)) this.#open = true;
    else if (/^(commit|rollback|end|abort)(\s+transaction)?$/.test(last)) {
      this.#open = false;
      if (this.#written.length > 0) this.#changedOutside = true;
      this.#written = [];
    }
  }
}
