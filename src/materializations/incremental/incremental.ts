import type { Json } from '../../contracts/json.ts';
import type { Step } from '../../contracts/plan.ts';
import { suggest } from '../../errors/suggest.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { Materialization, MaterializationInput } from '../materialization.ts';
import { inTransaction, replaceRelation } from '../replace-relation.ts';
import { latestRows, mergeKeyCheck, mergeKeys } from './merge-key.ts';
import { defaultStrategy, incrementalStrategies } from './registry.ts';
import { schemaChange } from './schema-change.ts';
import type { IncrementalStrategy } from './strategy.ts';

/** Name of the temporary table that holds a batch; temporary tables belong to one connection. */
const stage = '__tsdbt_batch';

/**
 * A table that grows: the first run builds it, later runs stage a batch, check its merge key and
 * write it in one transaction.
 */
export const incremental: Materialization = {
  name: 'incremental',
  needsColumns: (input) => rebuildBecause(input) === undefined,
  plan: (given) => {
    const input = { ...given, compiledSql: latestRows(given, given.compiledSql) };
    const because = rebuildBecause(input);
    if (because === undefined) return addBatch(input, strategyOf(input));
    // dbt asks what the strategy is when there is a batch to add, and not before.
    if (input.strictKeys) strategyOf(input);
    return rebuild(input, because);
  },
};

/** Why the table is built whole, or undefined when a batch is added to it. */
function rebuildBecause(
  input: Pick<MaterializationInput, 'config' | 'existing' | 'fullRefresh' | 'rebuildReason'>,
): string | undefined {
  if (input.existing === undefined) return 'it does not exist yet';
  if (input.existing.type !== 'table') return `a ${input.existing.type} stands there`;
  if (input.config['full_refresh'] === true) return 'full_refresh is configured';
  if (input.config['full_refresh'] === false) return undefined;
  if (input.fullRefresh) return '--full-refresh is given';
  return input.rebuildReason;
}

function rebuild(input: MaterializationInput, because: string) {
  const check = mergeKeyCheck(input, input.dialect.relation(input.target));
  const checks: Step[] = check === undefined ? [] : [{ kind: 'check-merge-key', check }];
  return { action: 'build', why: because, steps: replaceRelation(input, 'table', checks) };
}

function addBatch(input: MaterializationInput, strategy: IncrementalStrategy) {
  const { dialect } = input;
  const keys = mergeKeys(input.config);
  const staged = { database: '', schema: '', identifier: stage };
  const batch = dialect.quote(stage);
  const written = strategy.writtenRows?.(input, batch) ?? batch;
  const change = schemaChange(input, written, strategy.keepsMissing === true);
  const check = mergeKeyCheck(input, batch);
  const body: Step[] = [
    {
      kind: 'sql',
      sql: dialect.createTableAs(staged, input.compiledSql, { temporary: true, replace: true }),
      purpose: 'stage the batch',
    },
  ];
  if (check !== undefined) body.push({ kind: 'check-merge-key', check });
  const predicates = predicatesOf(
    input.config['incremental_predicates'] ?? input.config['predicates'],
  );
  const write = strategy.write({ input, batch, keys, columns: change.columns, predicates });
  body.push(...change.steps, ...write);
  // The batch is staged inside of the transaction: pre-hooks come before it, as in dbt, and what
  // fails leaves nothing behind.
  const steps = inTransaction(input, body, 'table');
  return {
    action: strategy.name,
    why: change.notice ?? 'the table exists: the batch is added to it',
    steps,
    batch,
  };
}

function strategyOf(input: MaterializationInput): IncrementalStrategy {
  const written = input.config['incremental_strategy'];
  const name =
    typeof written === 'string'
      ? written.replace('delete_insert', 'delete+insert')
      : defaultStrategy;
  const found = incrementalStrategies.get(name);
  const known = [...incrementalStrategies.keys()];
  if (found === undefined) {
    const near = suggest(name, known);
    throw tsdbtError(
      'invalid-value',
      {
        key: 'incremental_strategy',
        where: input.nodeId,
        problem: `must be ${known.join(', ')}, not "${name}"`,
      },
      { nodeId: input.nodeId, ...(near ? { hint: `Did you mean "${near}"?` } : {}) },
    );
  }
  if (found.needsKey && mergeKeys(input.config).length === 0) {
    throw tsdbtError(
      'missing-key',
      { key: 'unique_key', where: `${input.nodeId} (strategy ${name})` },
      { nodeId: input.nodeId },
    );
  }
  return found;
}

function predicatesOf(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}
