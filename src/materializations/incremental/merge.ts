import { suggest } from '../../errors/suggest.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { keyExpression, nullsMatch } from './merge-key.ts';
import type { IncrementalStrategy } from './strategy.ts';

/** `merge`: matched rows are updated in place, the others inserted. */
export const merge: IncrementalStrategy = {
  name: 'merge',
  needsKey: false,
  keepsMissing: true,
  write: ({ input, batch, keys, columns, predicates }) => {
    const { dialect, target, config } = input;
    for (const key of keys) if (!/^\w+$/.test(key)) throw keyMustBeColumn(input.nodeId, key);
    const quoted = columns.map((column) => dialect.quote(column));
    const only = lowered(config['merge_update_columns']);
    if (only.length > 0 && lowered(config['merge_exclude_columns']).length > 0)
      throw tsdbtError(
        'invalid-value',
        {
          key: 'merge_update_columns',
          where: input.nodeId,
          problem: 'and merge_exclude_columns exclude each other',
        },
        { nodeId: input.nodeId },
      );
    const known = new Set(columns.map((column) => column.toLowerCase()));
    const unknown = only.find((name) => !known.has(name));
    if (unknown !== undefined) throw unknownColumn(input.nodeId, unknown, columns);
    const except = lowered(config['merge_exclude_columns']);
    const keyNames = keys.map((key) => key.toLowerCase());
    const updated = columns.filter((column) => {
      const name = column.toLowerCase();
      if (only.length > 0) return only.includes(name);
      return !except.includes(name) && !keyNames.includes(name);
    });
    const on = keys.map((key) => {
      const column = keyExpression(input, key);
      const equals = nullsMatch(input) ? 'is not distinct from' : '=';
      return `DBT_INTERNAL_SOURCE.${column} ${equals} DBT_INTERNAL_DEST.${column}`;
    });
    // Without a key nothing matches: every row is inserted, as in dbt.
    if (keys.length === 0) on.push('false');
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

/** dbt writes such keys into the statement, which the database then refuses with a riddle. */
function keyMustBeColumn(nodeId: string, key: string) {
  return tsdbtError(
    'invalid-value',
    {
      key: 'unique_key',
      where: nodeId,
      problem: `must name columns for the strategy merge, not be an expression: "${key}"`,
    },
    { nodeId, hint: 'Give the expression a name in the query, or use delete+insert.' },
  );
}

/** A name that is passed over would leave its column, or all columns, as they were. */
function unknownColumn(nodeId: string, name: string, columns: readonly string[]) {
  const near = suggest(name, columns);
  return tsdbtError(
    'invalid-value',
    {
      key: 'merge_update_columns',
      where: nodeId,
      problem: `names "${name}", which the query does not give`,
    },
    {
      nodeId,
      hint: near === undefined ? `It gives ${columns.join(', ')}.` : `Did you mean "${near}"?`,
    },
  );
}

function lowered(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value.toLowerCase()];
  return Array.isArray(value) ? value.map((item) => String(item).toLowerCase()) : [];
}
