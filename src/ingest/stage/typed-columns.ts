import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import { hasRescued, type LandingConfig } from '../source/landing-config.ts';
import { isText } from '../values/data-type.ts';
import { preparedText, type ReadValue, readValue } from '../values/read-value.ts';

/**
 * How a staged record says what is wrong with it: a letter for the code, then the reason. `left` is no
 * problem but the text of a record that our own reader stages.
 */
export const problemMarks = { malformed: 'm:', unreadable: 'u:', left: 'l:' } as const;

/** The column of a staged table that holds the value of the column at this position. */
export const valueColumn = (index: number): string => `v${index}`;

/**
 * A query that reads texts as the types that are declared. It gives one column {@link valueColumn}
 * for each declared one, `_rescued` where the source has it, and `problem`.
 *
 * @param kept Columns of `from` that are passed through.
 * @param from SQL of a relation with the texts as `c0`, `c1`, … and `rescued` where the source has it.
 * @param malformed Branches of a CASE that give the problem of a record that is no record at all.
 * @param asIs Columns that have their declared type already.
 */
export function typedQuery(
  landing: LandingConfig,
  dialect: SqlDialect,
  kept: readonly string[],
  from: string,
  malformed: readonly string[],
  asIs: readonly boolean[] = [],
): string {
  const { columns, typeMismatch } = landing;
  const { quote } = dialect;
  const reads = columns.map(
    ({ type, settings }, index): ReadValue =>
      asIs[index] === true
        ? { value: `t${index}`, unreadable: undefined }
        : readValue(`t${index}`, type, settings),
  );
  const texts = columns.map(({ type, settings }, index) => {
    const isPrepared = asIs[index] === true && !isText(type);
    return `${isPrepared ? `c${index}` : preparedText(`c${index}`, settings)} as t${index}`;
  });
  const values = reads.map(({ value }, index) => `${value} as ${quote(valueColumn(index))}`);
  const parts = reads.flatMap(({ unreadable }, index) =>
    unreadable === undefined ? [] : [`${unreadable} as b${index}`],
  );
  const bad = columns.flatMap(({ type }, index) =>
    isText(type) || asIs[index] === true
      ? []
      : [{ index, isBad: isBad(reads[index]!, index, quote) }],
  );
  const unreadable = bad.map(({ index, isBad: condition }) => {
    const { name, dataType } = columns[index]!;
    const reason = `${problemMarks.unreadable}column ${name} can't be read as ${dataType}: `;
    return `when ${condition} then ${dialect.literal(reason)} || left(t${index}, 100)`;
  });
  const branches = [...malformed, ...(typeMismatch === 'null' ? [] : unreadable)];
  const given = [
    ...kept,
    ...columns.map((_, index) => quote(valueColumn(index))),
    ...(hasRescued(landing) ? [`${rescuedSql(bad, landing, dialect)} as _rescued`] : []),
    `${branches.length === 0 ? 'null::varchar' : `case ${branches.join('\n      ')} end`} as problem`,
  ];
  return `
    select ${given.join(',\n      ')}
    from (
      select *, ${[...values, ...parts].join(',\n        ')}
      from (select *, ${texts.join(', ')} from ${from})
    )`;
}

function isBad({ unreadable }: ReadValue, index: number, quote: (name: string) => string): string {
  return unreadable === undefined
    ? `t${index} is not null and ${quote(valueColumn(index))} is null`
    : `b${index}`;
}

/** What a record has beyond its typed columns, as JSON; NULL when that is nothing. */
function rescuedSql(
  bad: readonly { readonly index: number; readonly isBad: string }[],
  { columns, typeMismatch }: LandingConfig,
  { literal }: SqlDialect,
): string {
  if (typeMismatch !== 'null' || bad.length === 0) return 'rescued::json';
  const entries = bad.map(
    ({ index, isBad: condition }) =>
      `{'key': ${literal(columns[index]!.from)}, 'value': case when ${condition} then t${index} end}`,
  );
  const texts = `to_json(map_from_entries(list_filter([${entries.join(', ')}], lambda e: e.value is not null)))::varchar`;
  // Joined as text: functions that merge JSON write its numbers in another way.
  return `case when ${bad.map(({ isBad: condition }) => `(${condition})`).join(' or ')}
    then (case when rescued is null then ${texts} else left(rescued, length(rescued) - 1) || ',' || substr(${texts}, 2) end)::json
    else rescued::json
  end`;
}

/** SQL for the code of a problem written by {@link problemMarks}. */
export function problemCode(problem: string): string {
  return `case when starts_with(${problem}, '${problemMarks.malformed}') then 'malformed_record' else 'unreadable_value' end`;
}

/** SQL for the reason of a problem written by {@link problemMarks}. */
export function problemReason(problem: string): string {
  return `substr(${problem}, 3)`;
}
