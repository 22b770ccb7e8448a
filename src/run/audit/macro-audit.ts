import type { Connection } from '../../adapters/adapter.ts';
import { relationOf } from '../../compile/compile-node.ts';
import type { Node } from '../../contracts/node.ts';
import type { RunContext } from '../run-context.ts';
import { NodeAudit } from './node-audit.ts';

/**
 * The audit of a node that runs through a macro: its tests run before the macro's first commit, if what
 * is committed is the node's new content and nothing was changed outside of the transaction. Where the
 * macro does more than that, they run once more when it is done.
 */
export class MacroAudit {
  readonly #node: Node;
  readonly #context: RunContext;
  readonly #tests: readonly Node[];
  readonly #audit: NodeAudit;

  constructor(node: Node, context: RunContext, connection: Connection) {
    this.#node = node;
    this.#context = context;
    this.#tests = node.resourceType === 'test' ? [] : (context.audits?.testsOf(node) ?? []);
    this.#audit = new NodeAudit(node, context, connection);
  }

  /** Whether the tests ran on what the statements wrote; throws `audit-rejected` when one fails. */
  readonly beforeCommit = async (written: readonly string[]): Promise<boolean> => {
    const { dialect } = this.#context;
    const target = relationOf(this.#node);
    const relation = dialect.relation(target);
    if (
      this.#tests.length === 0 ||
      !written.some((sql) => writes(sql, relation, target.identifier))
    )
      return false;
    await this.#audit.check({
      kind: 'audit',
      tests: this.#tests.map((test) => test.uniqueId),
      relation,
      batch: null,
    });
    return true;
  };

  /** After the macro: what its tests came to stands only if they saw all that was published. */
  async end(isLookedAt: boolean, because: string): Promise<readonly string[]> {
    if (this.#tests.length === 0) return [];
    if (isLookedAt) {
      await this.#audit.afterCommit();
      return [];
    }
    for (const test of this.#tests) this.#context.audits?.results.delete(test.uniqueId);
    return [`its tests run after it is published: ${because}`];
  }

  async afterRollback(): Promise<void> {
    await this.#audit.afterRollback();
  }
}

/** Whether a statement writes a relation, or gives one its name. */
function writes(sql: string, relation: string, identifier: string): boolean {
  const named = new RegExp(`rename\\s+to\\s+"?${escaped(identifier)}"?\\s*;?\\s*$`, 'i');
  return sql.includes(relation) || named.test(sql);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
