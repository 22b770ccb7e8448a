import type { Connection } from '../adapters/adapter.ts';
import type { Step } from '../contracts/plan.ts';
import type { NodeAudit } from './audit/node-audit.ts';
import { checkMergeKey } from './check-merge-key.ts';
import { checkValues } from './check-values.ts';

type ForColumn = NonNullable<Extract<Step, { kind: 'sql' }>['forColumn']>;

/** A name whatever its case; no name itself has a character 0 before it. */
const folded = (name: string): string => `\u0000${name.toLowerCase()}`;

export interface ExecutedSteps {
  readonly rowsAffected: number | null;
  readonly notices: readonly string[];
}

/**
 * Executes steps of a plan in order on one connection. Between `begin` and `commit` any error rolls
 * everything back, so that readers keep what was there before. The steps may come in several parts,
 * since what is done after the pre-hooks can depend on what they did.
 */
export class StepRunner {
  readonly #connection: Connection;
  readonly #nodeId: string;
  readonly #audit: NodeAudit | undefined;
  readonly #notices: string[] = [];
  readonly #built: string[] = [];
  readonly #columns = new Map<string, ReadonlySet<string>>();
  readonly #missing = new Map<string, string[]>();
  #rowsAffected: number | null = null;
  #open = false;

  constructor(connection: Connection, nodeId: string, audit?: NodeAudit) {
    this.#connection = connection;
    this.#nodeId = nodeId;
    this.#audit = audit;
  }

  get done(): ExecutedSteps {
    const missing = [...this.#missing].map(
      ([relation, names]) =>
        `${relation}: these columns are described but are not in the database: ${names.join(', ')}`,
    );
    return { rowsAffected: this.#rowsAffected, notices: [...this.#notices, ...missing] };
  }

  /** The statements that build the relation, as far as they were sent. */
  get built(): readonly string[] {
    return this.#built;
  }

  async run(steps: readonly Step[]): Promise<void> {
    try {
      for (const step of steps) await this.#step(step);
    } catch (error) {
      await this.rollback();
      throw error;
    }
  }

  /** Takes back what an open transaction did; nothing happens when none is open. */
  async rollback(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#connection.run('rollback').catch(() => undefined);
    await this.#audit?.afterRollback();
  }

  /** Whether the relation, as it is now, has the column; one that it has not is kept for a notice. */
  async #hasColumn({ relation, name, exactCase }: ForColumn): Promise<boolean> {
    let columns = this.#columns.get(relation);
    if (columns === undefined) {
      const described = await this.#connection.describe(`select * from ${relation}`);
      columns = new Set(described.flatMap((c) => [c.name, folded(c.name)]));
      this.#columns.set(relation, columns);
    }
    if (columns.has(exactCase ? name : folded(name))) return true;
    this.#missing.set(relation, [...(this.#missing.get(relation) ?? []), name]);
    return false;
  }

  async #step(step: Step): Promise<void> {
    switch (step.kind) {
      case 'begin':
        await this.#connection.run('begin transaction');
        this.#open = true;
        break;
      case 'commit':
        await this.#connection.run('commit');
        this.#open = false;
        await this.#audit?.afterCommit();
        break;
      case 'audit':
        await this.#audit?.check(step);
        break;
      case 'check-merge-key':
        this.#notices.push(...(await checkMergeKey(this.#connection, this.#nodeId, step.check)));
        break;
      case 'check-values':
        this.#notices.push(...(await checkValues(this.#connection, this.#nodeId, step.check)));
        break;
      case 'sql': {
        if (step.forColumn !== undefined && !(await this.#hasColumn(step.forColumn))) break;
        if (step.builds === true) this.#built.push(step.sql);
        const result =
          step.sharesCommitIn === undefined || this.#open
            ? await this.#connection.run(step.sql)
            : await this.#connection.runShared(step.sql, step.sharesCommitIn);
        if (step.main === true) this.#rowsAffected = result.rowsAffected;
        break;
      }
    }
  }
}

/** The statements among the steps of a plan that build its relation. */
export function statementsThatBuild(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => (step.kind === 'sql' && step.builds === true ? step.sql : []));
}

/** Executes the steps of a whole plan. */
export async function executeSteps(
  connection: Connection,
  nodeId: string,
  steps: readonly Step[],
  audit?: NodeAudit,
): Promise<ExecutedSteps> {
  const runner = new StepRunner(connection, nodeId, audit);
  await runner.run(steps);
  return runner.done;
}
