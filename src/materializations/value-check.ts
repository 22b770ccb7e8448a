import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { RetypedColumn, ValueCheck } from '../contracts/plan.ts';

/**
 * The check that no value of some columns changes when it is cast: a cast rounds (10.75 is 11 as an
 * integer) and cuts (a timestamp as a date), and nothing else says so. Casts that keep the value, such as
 * 10.00 as an integer, pass. `relation` is the table, or the query in parentheses, that has the values.
 */
export function valueCheck(
  dialect: SqlDialect,
  relation: string,
  columns: readonly RetypedColumn[],
  about: Pick<ValueCheck, 'of' | 'onChange' | 'canWiden'>,
): ValueCheck {
  const counts = columns.flatMap((column) => {
    const changes = changesWhenCast(dialect, column);
    const value = dialect.quote(column.name);
    return [
      `count(*) filter (where ${changes})`,
      `(min(cast(${value} as varchar)) filter (where ${changes}))[:60]`,
    ];
  });
  return {
    ...about,
    columns,
    countSql: `select ${counts.join(',\n  ')}\nfrom ${relation} as checked`,
  };
}

/** Whether a value of a column is another one, or none, after its cast; `prefix` is that of its relation. */
export function changesWhenCast(
  dialect: SqlDialect,
  { name, from, to }: RetypedColumn,
  prefix = '',
): string {
  const value = `${prefix}${dialect.quote(name)}`;
  return `try_cast(try_cast(${value} as ${to}) as ${from}) is distinct from ${value}`;
}
