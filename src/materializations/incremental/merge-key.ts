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

/** What the checks and expressions of merge keys look at. */
export type KeyedInput = Pick<MaterializationInput, 'nodeId' | 'config' | 'strictKeys' | 'dialect'>;

/**
 * The check that a batch has one row for each merge key and no row without one. No engine does this
 * by itself: a repeated key writes the row twice or loses one, and a null key is never matched, so
 * its row comes again with every run. `batch` is the relation that holds the batch.
 */
export function mergeKeyCheck(input: KeyedInput, batch: string): MergeKeyCheck | undefined {
  const keys = mergeKeys(input.config);
  if (keys.length === 0) return undefined;
  const match = nullsMatch(input);
  const onNull = match ? 'keep' : policy(input, 'on_null_key');
  // Rows of a key that are equally late can't be told apart: an error, whatever the kind of project.
  const onDuplicate =
    latestColumn(input) === undefined ? policy(input, 'on_duplicate_key') : 'error';
  if (onNull === 'keep' && onDuplicate === 'keep') return undefined;
  const columns = keys.map((key) => keyExpression(input, key));
  const list = columns.join(', ');
  const anyNull = columns.map((column) => `${column} is null`).join(' or ');
  // Where nulls match they are a key like any other; else such rows count as nulls, not as repeats.
  const counted = match ? 'true' : `not (${anyNull})`;
  // One hash aggregate over the key columns.
  const distinct = columns.length > 1 || match ? `row(${list})` : columns[0]!;
  return {
    keys,
    countSql: `select count(*) filter (where ${anyNull}) as nulls, count(*) filter (where ${counted}) - count(distinct ${distinct}) filter (where ${counted}) as duplicates from ${batch}`,
    nullRowsSql: `select * from ${batch} where ${anyNull} limit 5`,
    duplicateRowsSql: `select ${list}, count(*) as rows from ${batch} where ${counted} group by ${list} having count(*) > 1 order by rows desc, ${list} limit 5`,
    onNull,
    onDuplicate,
  };
}

/**
 * `on_duplicate_key: latest_by(column)`: the query without the rows of a merge key that have a later
 * one. Of rows that are equally late all stay, and the check finds them.
 */
export function latestRows(input: KeyedInput, sql: string): string {
  const keys = mergeKeys(input.config);
  const column = latestColumn(input);
  if (column === undefined || keys.length === 0) return sql;
  const columns = keys.map((key) => keyExpression(input, key));
  const late = keyExpression(input, column);
  const alone = nullsMatch(input)
    ? ''
    : `${columns.map((key) => `${key} is null`).join(' or ')} or `;
  return `select * from (\n${sql}\n) rows_of_keys\nqualify ${alone}${late} is not distinct from max(${late}) over (partition by ${columns.join(', ')})`;
}

/** `on_null_key: match`: a null key is the same as another null key. */
export function nullsMatch({ config }: KeyedInput): boolean {
  return config['on_null_key'] === 'match';
}

/** A key may be an expression, as dbt allows; a plain name is quoted. */
export function keyExpression({ dialect }: Pick<KeyedInput, 'dialect'>, key: string): string {
  return /^\w+$/.test(key) ? dialect.quote(key) : key;
}

/** The column, or expression, of `latest_by(…)`. */
function latestColumn({ config }: KeyedInput): string | undefined {
  return /^latest_by\((.+)\)$/s.exec(String(config['on_duplicate_key'] ?? '').trim())?.[1]?.trim();
}

const policies: readonly KeyPolicy[] = ['error', 'warn', 'keep'];

/** What a policy may be beside those that all keys have. */
const further = { on_null_key: 'match', on_duplicate_key: 'latest_by(column)' } as const;

function policy(input: KeyedInput, key: 'on_null_key' | 'on_duplicate_key'): KeyPolicy {
  const written = input.config[key];
  if (written === undefined || written === null) return input.strictKeys ? 'error' : 'warn';
  const found = policies.find((p) => p === written);
  if (found !== undefined) return found;
  throw tsdbtError(
    'invalid-value',
    {
      key,
      where: input.nodeId,
      problem: `must be ${policies.join(', ')} or ${further[key]}, not ${JSON.stringify(written)}`,
    },
    { nodeId: input.nodeId },
  );
}
