import type { ScalarType } from './data-type.ts';
import { sqlText } from './sql-text.ts';
import type { ValueSettings } from './value-settings.ts';

/**
 * SQL for a date: `YYYY-MM-DD`, also with a time of midnight behind it. Another time of day would be
 * lost, and an offset would make another day of it, so both are not read.
 */
export function readDate(text: string, settings: ValueSettings): string {
  if (settings.formats.length === 0) return `tsdbt_date(${text})`;
  const parsed = parsedMoment(text, { ...settings, timezone: undefined });
  return `case when ${parsed}::date::timestamp = ${parsed} then ${parsed}::date end`;
}

/** SQL for a time of day: `HH:MM`, with seconds and a fraction if need be, without an offset. */
export function readTime(text: string, type: ScalarType, settings: ValueSettings): string {
  if (settings.formats.length > 0) return `${parsedMoment(text, settings)}::time`;
  const pattern = String.raw`\s*${clock}(:[0-5][0-9]${fractionOf(type)}?)?\s*`;
  return `case when regexp_full_match(${text}, '${pattern}') then try_cast(trim(${text}) as time) end`;
}

/**
 * SQL for a timestamp, with or without time zone: ISO 8601, a date alone is its midnight. An offset
 * counts: the value is the instant in UTC. A text without one is UTC, or local to the zone that the
 * column declares; local times that do not exist there, or exist twice, are not read. More digits
 * of a second than the type holds are not read, unless they are zeros.
 */
export function readTimestamp(text: string, type: ScalarType, settings: ValueSettings): string {
  const cast = (value: string) => `try_cast(${value} as ${type.sql})`;
  const zoned = type.kind === 'timestamptz';
  if (settings.formats.length > 0) {
    return cast(
      zoned ? `timezone('UTC', ${parsedMoment(text, settings)})` : parsedMoment(text, settings),
    );
  }
  const local = 'tsdbt_local(p)';
  const utc = `case when p.utc <> '' or p.sign <> '' then ${local} - tsdbt_offset(p) else ${inUtc(local, settings)} end`;
  // Lambdas name what is used more than once: a macro would copy its text to every use.
  const digits = `list_transform([{'utc': ${utc}, 'fraction': left(p.fraction, ${(type.scale ?? 6) + 1})}], lambda u: tsdbt_of_four_digits(u.utc)::varchar || u.fraction)[1]`;
  const written = `list_transform([${momentParts(text, type)}], lambda p: ${digits})[1]`;
  const exact = cast(zoned ? `${written} || '+00'` : written);
  return `case ${zoned ? '' : canonical(text, type, settings)}when regexp_full_match(${text}, '${momentPattern(type)}') then ${exact} end`;
}

/**
 * The usual spellings are taken at sight: what the value itself is written as, and ISO 8601 in UTC to
 * the second or the millisecond. A cast can't misread digits in fixed places of a year of four digits.
 */
function canonical(text: string, type: ScalarType, settings: ValueSettings): string {
  if (settings.timezone !== undefined) return '';
  const { scale = 6 } = type;
  const value = `try_cast(${text} as ${type.sql})`;
  const ofDigits = `${value} between '1000-01-01' and '9999-12-31 23:59:59' then ${value} `;
  const iso = [
    `when ${text} like '____-__-__T__:__:__Z' and ${text}[19] <> ' ' and ${ofDigits}`,
    ...(scale >= 3
      ? [`when ${text} like '____-__-__T__:__:__.___Z' and ${text}[23] <> ' ' and ${ofDigits}`]
      : []),
  ];
  return `when length(${text}) between 19 and ${20 + scale} and ${text}[5] = '-' and ${value}::varchar = ${text} then ${value} ${iso.join('')}`;
}

const clock = '([01][0-9]|2[0-3]):[0-5][0-9]';

function fractionOf({ scale = 6 }: ScalarType): string {
  return scale === 0 ? '([.]0+)' : `([.][0-9]{1,${scale}}0*)`;
}

/** The parts that a moment is written with, as a struct of texts. */
function momentParts(text: string, type: ScalarType): string {
  const names = "['date', 'clock', 'seconds', 'fraction', 'utc', 'sign', 'hours', 'minutes']";
  return `regexp_extract(${text}, '${momentPattern(type)}', ${names})`;
}

function momentPattern(type: ScalarType): string {
  const time = `((?:[01][0-9]|2[0-3]):[0-5][0-9])(?:(:[0-5][0-9])${fractionOf(type)}?)?`;
  const offset = ' ?(?:(Z|UTC)|([+-])(0[0-9]|1[0-5])(?::?([0-5][0-9]))?)';
  return String.raw`\s*([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]${time}(?:${offset})?)?\s*`;
}

function inUtc(local: string, { timezone }: ValueSettings): string {
  return timezone === undefined
    ? local
    : `timezone('UTC', tsdbt_instant(${local}, ${sqlText(timezone)}))`;
}

/** The first format that fits, as a timestamp in UTC. */
function parsedMoment(text: string, settings: ValueSettings): string {
  const parsed = settings.formats.map((format) => {
    const value = `try_strptime(${text}, ${sqlText(format)})`;
    return hasOffset(format) ? `timezone('UTC', ${value})` : inUtc(value, settings);
  });
  return parsed.length === 1 ? `(${parsed[0]})` : `coalesce(${parsed.join(', ')})`;
}

function hasOffset(format: string): boolean {
  return /%[zZ]/.test(format.replaceAll('%%', ''));
}
