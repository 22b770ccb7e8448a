import { keyExpression, nullsMatch } from './merge-key.ts';
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
    const expressions = keys.map((key) => keyExpression(input, key));
    const narrowed = predicates.map((predicate) => `(${predicate})`);
    // Predicates are written without a table name, as dbt's single keys want them, so the batch must
    // not be in scope; those that compare with the batch name it.
    const comparesWithBatch = predicates.some((text) => /\bDBT_INTERNAL_SOURCE\b/i.test(text));
    // dbt-duckdb names the table so in statements with several keys.
    const alias = predicates.some((text) => /\bDBT_INCREMENTAL_TARGET\b/i.test(text))
      ? 'DBT_INCREMENTAL_TARGET'
      : 'DBT_INTERNAL_DEST';
    const from = `delete from ${input.dialect.relation(input.target)} as ${alias}`;
    const match = nullsMatch(input);
    const equals = match ? 'is not distinct from' : '=';
    // Structs with nulls in the same place are equal, other than rows.
    const list = match
      ? `{${expressions.map((e, i) => `key_${i}: ${e}`).join(', ')}}`
      : expressions.join(', ');
    const sql = comparesWithBatch
      ? `${from}\nusing ${batch} as DBT_INTERNAL_SOURCE\nwhere ${[
          ...expressions.map((e) => `${alias}.${e} ${equals} DBT_INTERNAL_SOURCE.${e}`),
          ...narrowed,
        ].join('\n  and ')}`
      : `${from}\nwhere ${[`${keys.length === 1 || match ? list : `(${list})`} in (select ${list} from ${batch})`, ...narrowed].join('\n  and ')}`;
    return [
      { kind: 'sql', sql, purpose: 'delete the rows that come again' },
      insertBatch(strategy),
    ];
  },
};
