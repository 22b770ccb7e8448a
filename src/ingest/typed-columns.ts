import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { hasRescued, type LandingConfig } from './landing-config.ts';
import { isText } from './values/data-type.ts';
import { preparedText, readValue } from './values/read-value.ts';

/** How a staged record says what is wrong with it: a letter for the code, then the reason. */
export const problemMarks = { malformed: 'm:', unreadable: 'u:' } as const;

/** The column of a staged table that holds the value of the column at this position. */
export const valueColumn = (index: number): string => `v${index}`;

/**
 * A query that reads texts as the types that are declared. It gives one column {@link valueColumn}
 * for each declared one, `_rescued` where the source has it, and `problem`.
 *
 * @param kept Columns of `from` that are passed through.
 * @param from SQL of a relation with the texts as `c0`, `c1`, … and `rescued` where the source has it.
 * @param malformed Branches of a CASE that give the problem of a record that is no record at all.
 */
export function typedQuery(
  landing: LandingConfig,
  dialect: SqlDialect,
  kept: readonly string[],
  from: string,
  malformed: readonly string[],
): string {
  const { columns, typeMismatch } = landing;
  const rescued = hasRescued(landing);
  const reads = columns.map(({ type, settings }, index) => readValue(`t${index}`, type, settings));
  const reason = (index: number) =>
    dialect.literal(
      `${problemMarks.unreadable}column ${columns[index]!.name} can't be read as ${columns[index]!.dataType}: `,
    );
  const typed = [...columns.keys()].filter((index) => !isText(columns[index]!.type));
  const unreadable =
    typeMismatch === 'null'
      ? []
      : typed.map(
          (index) =>
            `when ${reads[index]!.unreadable} then ${reason(index)} || left(t${index}, 100)`,
        );
  const branches = [...malformed, ...unreadable];
  const texts = columns.map(
    ({ settings }, index) => `${preparedText(`c${index}`, settings)} as t${index}`,
  );
  const inner = [...kept, ...(rescued ? ['rescued'] : []), ...texts];
  const passed = malformed.length > 0 ? ['*'] : inner;
  return `
    select
      ${kept.map((name) => `${name},`).join(' ')}
      ${reads.map(({ value }, index) => `${value} as ${dialect.quote(valueColumn(index))},`).join('\n      ')}
      ${rescued ? `${rescuedSql(typed, reads, landing, dialect)} as _rescued,` : ''}
      ${branches.length === 0 ? 'null::varchar' : `case ${branches.join('\n        ')} end`} as problem
    from (select ${malformed.length > 0 ? `*, ${texts.join(', ')}` : passed.join(', ')} from ${from})`;
}

/** What a record has beyond its typed columns, as JSON; NULL when that is nothing. */
function rescuedSql(
  typed: readonly number[],
  reads: readonly { readonly unreadable: string }[],
  { columns, typeMismatch }: LandingConfig,
  { literal }: SqlDialect,
): string {
  if (typeMismatch !== 'null' || typed.length === 0) return 'rescued::json';
  const entries = typed.map(
    (index) =>
      `{'key': ${literal(columns[index]!.from)}, 'value': case when ${reads[index]!.unreadable} then t${index} end}`,
  );
  const any = typed.map((index) => `(${reads[index]!.unreadable})`).join(' or ');
  return `case when ${any}
    then json_merge_patch(
      coalesce(rescued, '{}')::json,
      to_json(map_from_entries(list_filter([${entries.join(', ')}], lambda e: e.value is not null))))
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
