import type { SqlDialect } from '../adapters/sql-dialect.ts';
import { isTextType, type LandingColumn } from './landing-config.ts';

/** How a staged record says what is wrong with it: a letter for the code, then the reason. */
export const problemMarks = { malformed: 'm:', unreadable: 'u:' } as const;

/**
 * SQL that gives a column its declared type, or NULL where the text can't be read as it. Numbers
 * that would be rounded count as not readable: `1.5` is no integer.
 */
export function typedValue(text: string, dataType: string): string {
  if (isTextType(dataType)) return text;
  const value = `try_cast(${text} as ${dataType})`;
  if (/^(u?(tiny|small|big|huge)?int(eger)?|u?hugeint|int[248]|long|short)$/i.test(dataType)) {
    return (
      `case when not contains(${text}, '.') and not contains(lower(${text}), 'e') then ${value} ` +
      `when try_cast(${text} as double) = ${value} then ${value} end`
    );
  }
  const decimal = /^(?:decimal|numeric)(?:\s*\(\s*\d+\s*(?:,\s*(\d+)\s*)?\))?$/i.exec(dataType);
  if (decimal !== null) {
    const scale = decimal[1] ?? (dataType.includes('(') ? '0' : '3');
    // The exact comparison is slow: only for texts with more digits than fit.
    return (
      `case when length(${text}) - coalesce(nullif(strpos(${text}, '.'), 0), length(${text})) <= ${scale} ` +
      `and not contains(lower(${text}), 'e') then ${value} ` +
      `when coalesce(try_cast(${text} as decimal(38, 18)) = ${value}, true) then ${value} end`
    );
  }
  return value;
}

/** Branches of a CASE that name the first column whose text is not of its type. */
export function unreadableBranches(
  columns: readonly LandingColumn[],
  textOf: (index: number) => string,
  typedOf: (index: number) => string,
  dialect: SqlDialect,
): readonly string[] {
  return columns.flatMap(({ name, dataType }, index) => {
    if (isTextType(dataType)) return [];
    const text = textOf(index);
    const reason = dialect.literal(
      `${problemMarks.unreadable}column ${name} can't be read as ${dataType}: `,
    );
    return [
      `when ${text} is not null and ${typedOf(index)} is null then ${reason} || left(${text}, 100)`,
    ];
  });
}

/** SQL for the code of a problem written by {@link problemMarks}. */
export function problemCode(problem: string): string {
  return `case when starts_with(${problem}, '${problemMarks.malformed}') then 'malformed_record' else 'unreadable_value' end`;
}

/** SQL for the reason of a problem written by {@link problemMarks}. */
export function problemReason(problem: string): string {
  return `substr(${problem}, 3)`;
}
