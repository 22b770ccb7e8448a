import { keyExpression } from './merge-key.ts';
import type { IncrementalStrategy } from './strategy.ts';

/** `merge`: matched rows are updated in place, the others inserted. */
export const merge: IncrementalStrategy = {
  name: 'merge',
  needsKey: true,
  write: ({ input, batch, keys, columns, predicates }) => {
    const { dialect, target, config } = input;
    const quoted = columns.map((column) => dialect.quote(column));
    const only = lowered(config['merge_update_columns']);
    const except = lowered(config['merge_exclude_columns']);
    const keyNames = keys.map((key) => key.toLowerCase());
    const updated = columns.filter((column) => {
      const name = column.toLowerCase();
      if (only.length > 0) return only.includes(name);
      return !except.includes(name) && !keyNames.includes(name);
    });
    const on = keys.map((key) => {
      const column = keyExpression(input, key);
      return `DBT_INTERNAL_SOURCE.${column} = DBT_INTERNAL_DEST.${column}`;
    });
    const conditions = [...predicates.map((p) => `(${p})`), ...on].join(' and ');
    const set = updated
      .map((c) => `${dialect.quote(c)} = DBT_INTERNAL_SOURCE.${dialect.quote(c)}`)
      .join(', ');
    const values = quoted.map((column) => `DBT_INTERNAL_SOURCE.${column}`).join(', ');
    const whenMatched = updated.length === 0 ? '' : `when matched then update set ${set}\n`;
    return [
      {
        kind: 'sql',
        sql: `merge into ${dialect.relation(target)} as DBT_INTERNAL_DEST\nusing ${batch} as DBT_INTERNAL_SOURCE\non ${conditions}\n${whenMatched}when not matched then insert (${quoted.join(', ')}) values (${values})`,
        purpose: 'merge the batch',
        main: true,
      },
    ];
  },
};

function lowered(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value.toLowerCase()];
  return Array.isArray(value) ? value.map((item) => String(item).toLowerCase()) : [];
}
