import type { Step } from '../contracts/plan.ts';
import type { Relation } from '../contracts/relation.ts';
import { contractInsertSql, contractTableSql } from './contract.ts';
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
  const { dialect, target, existing } = input;
  const steps: Step[] = [];
  if (existing !== undefined && existing.type !== type) {
    const old = existing.type === 'view' ? 'view' : 'table';
    steps.push({
      kind: 'sql',
      sql: dialect.drop(target, old),
      purpose: `drop the ${old} that stands there`,
    });
  }
  steps.push(...createSteps(input, type));
  const body = withoutReferences(input, steps);
  return inTransaction(input, [...body, ...beforeCommit], type);
}

/**
 * Tables whose keys point at the target keep it from being replaced. They are put in their own place as
 * copies without keys, which a run makes anew with the models behind the target.
 */
function withoutReferences(
  { dialect, referencing = [] }: MaterializationInput,
  steps: readonly Step[],
): readonly Step[] {
  const copyOf = (table: Relation): Relation => ({
    ...table,
    identifier: `${table.identifier}__tsdbt_without_keys`,
  });
  const before = referencing.flatMap((table): Step[] => [
    {
      kind: 'sql',
      sql: dialect.createTableAs(copyOf(table), `select * from ${dialect.relation(table)}`, {
        replace: true,
      }),
      purpose: `copy ${table.identifier}, whose foreign key is in the way`,
    },
    { kind: 'sql', sql: dialect.drop(table, 'table'), purpose: `drop ${table.identifier}` },
  ]);
  const after = referencing.map(
    (table): Step => ({
      kind: 'sql',
      sql: dialect.rename(copyOf(table), table.identifier, 'table'),
      purpose: `put the copy of ${table.identifier} in its place`,
    }),
  );
  return [...before, ...steps, ...after];
}

function createSteps(input: MaterializationInput, type: 'table' | 'view'): readonly Step[] {
  const { dialect, target, compiledSql, contract } = input;
  if (type === 'view')
    return [
      {
        kind: 'sql',
        sql: dialect.createViewAs(target, compiledSql),
        purpose: 'create view',
        sharesCommitIn: target.database,
      },
    ];
  if (contract === undefined) {
    const sql = dialect.createTableAs(target, compiledSql, { replace: true });
    return [{ kind: 'sql', sql, purpose: 'create table', main: true }];
  }
  // A query that reads the table it replaces must be done before the table is made anew.
  const readsItself = compiledSql.toLowerCase().includes(dialect.relation(target).toLowerCase());
  const staged = { database: '', schema: '', identifier: '__tsdbt_contract' };
  const from = `select * from ${dialect.quote(staged.identifier)}`;
  return [
    ...(readsItself
      ? [
          {
            kind: 'sql' as const,
            sql: dialect.createTableAs(staged, compiledSql, { temporary: true, replace: true }),
            purpose: 'stage the rows: the query reads the table itself',
          },
        ]
      : []),
    {
      kind: 'sql',
      sql: contractTableSql(dialect, target, contract),
      purpose: 'create table with the columns of the contract',
    },
    {
      kind: 'sql',
      sql: contractInsertSql(dialect, target, contract, readsItself ? from : compiledSql),
      purpose: 'insert the rows',
      main: true,
    },
    ...(readsItself
      ? [
          {
            kind: 'sql' as const,
            sql: `drop table temp.main.${dialect.quote(staged.identifier)}`,
            purpose: 'drop the staged rows',
          },
        ]
      : []),
  ];
}

/** What is done around the steps that build a relation. */
export type Surroundings = Pick<
  MaterializationInput,
  'dialect' | 'target' | 'preHooks' | 'postHooks' | 'comments' | 'stateSql'
>;

/**
 * Puts hooks, comments and, where there is more than one statement, a transaction around the steps.
 * The order is dbt's (global project `materializations/hooks.sql`): pre-hooks outside of the
 * transaction, those inside, the model, post-hooks inside, commit, post-hooks outside.
 */
export function inTransaction(
  input: Surroundings,
  body: readonly Step[],
  type: 'table' | 'view',
): readonly Step[] {
  const inside: Step[] = [
    ...hookSteps(input, 'pre-hook', true),
    ...body.map((step): Step => (step.kind === 'sql' ? { ...step, builds: true } : step)),
    ...commentSteps(input, type),
    ...input.stateSql.map(
      (sql): Step => ({ kind: 'sql', sql, purpose: 'note the state of the data' }),
    ),
    ...hookSteps(input, 'post-hook', true),
  ];
  return [
    ...hookSteps(input, 'pre-hook', false),
    ...(inside.length === 1
      ? inside
      : [{ kind: 'begin' as const }, ...inside, { kind: 'commit' as const }]),
    ...hookSteps(input, 'post-hook', false),
  ];
}

/** The hooks of one place as steps. */
export function hookSteps(
  input: Pick<MaterializationInput, 'preHooks' | 'postHooks'>,
  purpose: 'pre-hook' | 'post-hook',
  inside: boolean,
): readonly Step[] {
  const hooks = purpose === 'pre-hook' ? input.preHooks : input.postHooks;
  return hooks
    .filter((hook) => hook.inTransaction === inside)
    .map(({ sql }): Step => ({ kind: 'sql', sql, purpose }));
}

function commentSteps(input: Surroundings, type: 'table' | 'view'): Step[] {
  const { comments, dialect, target } = input;
  const steps: Step[] = [];
  if (comments.relation !== null) {
    const sql = dialect.commentOnRelation(target, type, comments.relation);
    steps.push({ kind: 'sql', sql, purpose: 'persist the description' });
  }
  for (const [column, comment] of comments.columns) {
    const sql = dialect.commentOnColumn(target, column, comment);
    const forColumn = {
      relation: dialect.relation(target),
      name: column,
      exactCase: comments.quoted?.has(column) === true,
    };
    steps.push({ kind: 'sql', sql, purpose: 'persist the description of a column', forColumn });
  }
  return steps;
}
