import { keyExpression } from './merge-key.ts';
import { type IncrementalStrategy, insertBatch } from './strategy.ts';

/**
 * `delete+insert` (the default): rows whose key is in the batch go, the batch comes. On DuckDB this
 * is several times faster than MERGE. Without a key it only inserts, as dbt does.
 */
export const deleteInsert: IncrementalStrategy = {
  name: 'delete+insert',
  needsKey: false,
  write: (strategy) => {
    const { input, batch, keys, predicates } = strategy;
    if (keys.length === 0) return [insertBatch(strategy)];
    const matches = keys.map((key) => {
      const column = keyExpression(input, key);
      return /^\w+$/.test(key)
        ? `DBT_INTERNAL_DEST.${column} = DBT_INTERNAL_SOURCE.${column}`
        : `${column} in (select ${column} from ${batch})`;
    });
    const conditions = [...matches, ...predicates.map((predicate) => `(${predicate})`)];
    return [
      {
        kind: 'sql',
        sql: `delete from ${input.dialect.relation(input.target)} as DBT_INTERNAL_DEST\nusing ${batch} as DBT_INTERNAL_SOURCE\nwhere ${conditions.join('\n  and ')}`,
        purpose: 'delete the rows that come again',
      },
      insertBatch(strategy),
    ];
  },
};
