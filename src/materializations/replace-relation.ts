import type { Step } from '../contracts/plan.ts';
import type { MaterializationInput } from './materialization.ts';

/**
 * Steps that put a new table or view in the place of whatever stands there, hooks and comments
 * included. All of it is one transaction: readers see the old relation or the new one. A bare
 * statement that is atomic by itself needs no transaction around it.
 */
export function replaceRelation(
  input: MaterializationInput,
  type: 'table' | 'view',
  beforeCommit: readonly Step[] = [],
): readonly Step[] {
  const { dialect, target, existing, compiledSql } = input;
  const steps: Step[] = [];
  if (existing !== undefined && existing.type !== type) {
    const old = existing.type === 'view' ? 'view' : 'table';
    steps.push({
      kind: 'sql',
      sql: dialect.drop(target, old),
      purpose: `drop the ${old} that stands there`,
    });
  }
  steps.push({
    kind: 'sql',
    sql:
      type === 'view'
        ? dialect.createViewAs(target, compiledSql)
        : dialect.createTableAs(target, compiledSql, { replace: true }),
    purpose: `create ${type}`,
    main: type === 'table',
  });
  return inTransaction(input, [...steps, ...beforeCommit], type);
}

/** Wraps the steps with hooks, comments and, where there is more than one statement, a transaction. */
export function inTransaction(
  input: MaterializationInput,
  body: readonly Step[],
  type: 'table' | 'view',
): readonly Step[] {
  const all: Step[] = [
    ...input.preHooks.map((sql): Step => ({ kind: 'sql', sql, purpose: 'pre-hook' })),
    ...body,
    ...commentSteps(input, type),
    ...input.stateSql.map(
      (sql): Step => ({ kind: 'sql', sql, purpose: 'note the state of the data' }),
    ),
    ...input.postHooks.map((sql): Step => ({ kind: 'sql', sql, purpose: 'post-hook' })),
  ];
  return all.length === 1 ? all : [{ kind: 'begin' }, ...all, { kind: 'commit' }];
}

function commentSteps(input: MaterializationInput, type: 'table' | 'view'): Step[] {
  const { comments, dialect, target } = input;
  const steps: Step[] = [];
  if (comments.relation !== null) {
    const sql = dialect.commentOnRelation(target, type, comments.relation);
    steps.push({ kind: 'sql', sql, purpose: 'persist the description' });
  }
  for (const [column, comment] of comments.columns) {
    const sql = dialect.commentOnColumn(target, column, comment);
    steps.push({ kind: 'sql', sql, purpose: 'persist the description of a column' });
  }
  return steps;
}
