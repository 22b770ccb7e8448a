import type { KeyPolicy, MergeKeyCheck } from '../../contracts/plan.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { MaterializationInput } from '../materialization.ts';

/** The merge key of a model: `unique_key`, one column or a list. */
export function mergeKeys(config: MaterializationInput['config']): readonly string[] {
  const key = config['unique_key'];
  if (typeof key === 'string')
    return key.includes(',') ? key.split(',').map((k) => k.trim()) : [key];
  return Array.isArray(key) ? key.map(String) : [];
}

/**
 * The check that a batch has one row for each merge key and no row without one. No engine does this
 * by itself: a repeated key writes the row twice or loses one, and a null key is never matched, so
 * its row comes again with every run. `batch` is the relation that holds the batch.
 */
export function mergeKeyCheck(
  input: MaterializationInput,
  batch: string,
): MergeKeyCheck | undefined {
  const keys = mergeKeys(input.config);
  if (keys.length === 0) return undefined;
  const onNull = policy(input, 'on_null_key');
  const onDuplicate = policy(input, 'on_duplicate_key');
  if (onNull === 'keep' && onDuplicate === 'keep') return undefined;
  const columns = keys.map((key) => keyExpression(input, key));
  const list = columns.join(', ');
  const anyNull = columns.map((column) => `${column} is null`).join(' or ');
  // One hash aggregate over the key columns; row keys with a null count as nulls, not as repeats.
  const distinct = columns.length === 1 ? columns[0]! : `(${list})`;
  return {
    keys,
    countSql: `select count(*) filter (where ${anyNull}) as nulls, count(*) filter (where not (${anyNull})) - count(distinct ${distinct}) filter (where not (${anyNull})) as duplicates from ${batch}`,
    nullRowsSql: `select * from ${batch} where ${anyNull} limit 5`,
    duplicateRowsSql: `select ${list}, count(*) as rows from ${batch} where not (${anyNull}) group by ${list} having count(*) > 1 order by rows desc, ${list} limit 5`,
    onNull,
    onDuplicate,
  };
}

/** A key may be an expression, as dbt allows; a plain name is quoted. */
export function keyExpression(input: MaterializationInput, key: string): string {
  return /^\w+$/.test(key) ? input.dialect.quote(key) : key;
}

const policies: readonly KeyPolicy[] = ['error', 'warn', 'keep'];

function policy(input: MaterializationInput, key: 'on_null_key' | 'on_duplicate_key'): KeyPolicy {
  const written = input.config[key];
  if (written === undefined || written === null) return input.strictKeys ? 'error' : 'warn';
  const found = policies.find((p) => p === written);
  if (found !== undefined) return found;
  throw tsdbtError(
    'invalid-value',
    {
      key,
      where: input.nodeId,
      problem: `must be ${policies.join(', ')}, not ${JSON.stringify(written)}`,
    },
    { nodeId: input.nodeId },
  );
}
