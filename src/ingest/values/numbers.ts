import type { ScalarType } from './data-type.ts';
import { escapedPattern, sqlText } from './sql-text.ts';
import type { ValueSettings } from './value-settings.ts';

/**
 * SQL for an integer or a decimal: the value when the type holds it exactly, otherwise NULL. `1.0`
 * and `1e3` are integers, `1.5` is none; nothing is rounded, and no float is involved. The text that
 * the value itself is written as needs no further look, which makes the usual case cheap.
 */
export function readExact(given: string, type: ScalarType, settings: ValueSettings): string {
  const text = ungrouped(given, settings);
  const value = `try_cast(${text} as ${type.sql})`;
  const scale = type.scale ?? 0;
  const short =
    scale === 0
      ? ''
      : `when regexp_full_match(${text}, '-?[0-9]+([.][0-9]{1,${scale}})?') then ${value} `;
  return `case when ${value}::varchar = ${text} then ${value} ${short}when ${text} is not null then try_cast(tsdbt_digits(${text}, ${scale}) as ${type.sql}) end`;
}

/**
 * SQL for a float: the value nearest to a decimal number. What is too large or too small for the
 * type, infinity and NaN are not read.
 */
export function readFloat(given: string, type: ScalarType, settings: ValueSettings): string {
  const text = ungrouped(given, settings);
  const value = `try_cast(${text} as ${type.sql})`;
  const number = String.raw`\s*[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?\s*`;
  const zero = String.raw`\s*[+-]?(0+[.]?0*|[.]0+)([eE][+-]?[0-9]+)?\s*`;
  return `case when not isfinite(${value}) then null when ${value} <> 0 and (not contains(${text}, '+') and not contains(${text}, '_') or regexp_full_match(${text}, '${number}')) then ${value} when ${value} = 0 and regexp_full_match(${text}, '${zero}') then ${value} end`;
}

/** The text with `.` as its point and without separators of thousands; NULL where they are misplaced. */
function ungrouped(text: string, settings: ValueSettings): string {
  const { decimalSeparator: point, thousandsSeparator: groups } = settings;
  if (point === '.' && groups === '') return text;
  const grouped = groups === '' ? '' : `|[0-9]{1,3}(${escapedPattern(groups)}[0-9]{3})+`;
  const separator = escapedPattern(point);
  const pattern = `\\s*[+-]?(([0-9]+${grouped})(${separator}[0-9]*)?|${separator}[0-9]+)([eE][+-]?[0-9]+)?\\s*`;
  return `tsdbt_ungrouped(${text}, ${sqlText(pattern)}, ${sqlText(groups)}, ${sqlText(point)})`;
}
