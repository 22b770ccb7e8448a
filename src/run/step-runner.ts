import type { Connection } from '../adapters/adapter.ts';
import type { Step } from '../contracts/plan.ts';
import type { NodeAudit } from './audit/node-audit.ts';
import { checkMergeKey } from './check-merge-key.ts';

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
  #rowsAffected: number | null = null;
  #open = false;

  constructor(connection: Connection, nodeId: string, audit?: NodeAudit) {
    this.#connection = connection;
    this.#nodeId = nodeId;
    this.#audit = audit;
  }

  get done(): ExecutedSteps {
    return { rowsAffected: this.#rowsAffected, notices: this.#notices };
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
      case 'sql': {
        if (step.builds === true) this.#built.push(step.sql);
        const result = await this.#connection.run(step.sql);
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
