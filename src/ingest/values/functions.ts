/**
 * SQL functions for values that need more than one look, as temporary macros of the connection that
 * loads. Casts of the database are lenient (`0x1F`, `12_34`, `1e-30`, an offset that is dropped), so
 * a text reaches one only in a spelling that has one meaning.
 */
const functions: Readonly<Record<string, string>> = {
  /**
   * The number as plain digits with at most `scale` behind the point; NULL when it has more, or is
   * none. Each step is a lambda: a macro copies the text of its argument to every use of it.
   */
  'tsdbt_digits(t, scale)': String.raw`
    case when length(t) <= 400 and regexp_full_match(t, '\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*')
    then list_transform(list_transform(list_transform(list_transform(
      [regexp_extract(t, '([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?\s*$', ['sign', 'whole', 'fraction', 'exponent'])],
      lambda p: {
        'sign': case when p.sign = '-' then '-' else '' end,
        'digits': ltrim(p.whole || p.fraction, '0'),
        'power': try_cast(case when p.exponent = '' then '0' else p.exponent end as integer) - length(p.fraction)
      }),
      lambda n: {
        'sign': n.sign,
        'digits': rtrim(n.digits, '0'),
        'power': n.power + length(n.digits) - length(rtrim(n.digits, '0'))
      }),
      lambda n: {
        'sign': n.sign,
        'digits': case
          when n.digits = '' then '0'
          when n.power between 0 and 400 then n.digits || repeat('0', n.power)
          when n.power between -scale and -1 then lpad(n.digits, greatest(length(n.digits), 1 - n.power)::integer, '0')
        end,
        'places': case when n.digits = '' then 0 else greatest(0, -n.power) end
      }),
      lambda n: case
        when n.places = 0 then n.sign || n.digits
        else n.sign || left(n.digits, length(n.digits) - n.places) || '.' || right(n.digits, n.places)
      end)[1]
    end`,
  /** A number whose digits may be grouped, with a point and without groups; NULL for other texts. */
  'tsdbt_ungrouped(t, pattern, groups, point)': `
    case when regexp_full_match(t, pattern)
      then replace(case when groups = '' then t else replace(t, groups, '') end, point, '.')
    end`,
  'tsdbt_boolean(t)': `
    case
      when lower(trim(t)) in ('true', 't', 'yes', 'y', '1') then true
      when lower(trim(t)) in ('false', 'f', 'no', 'n', '0') then false
    end`,
  /** A calendar date of the years 1 to 9999. */
  'tsdbt_iso_date(t)': `case when length(t) = 10 and try_cast(t as date)::varchar = t then try_cast(t as date) end`,
  'tsdbt_date(t)': String.raw`
    case
      when tsdbt_iso_date(t) is not null then tsdbt_iso_date(t)
      when regexp_full_match(t, '\s*[0-9]{4}-[0-9]{2}-[0-9]{2}([T ]00:00(:00([.]0+)?)?)?\s*')
        then tsdbt_iso_date(left(ltrim(t, e' \t\n\r\v\f'), 10))
    end`,
  /** The local time of a moment's parts; NULL when they are no date of the calendar. */
  'tsdbt_local(p)': `
    try_cast(
      tsdbt_iso_date(p.date)::varchar || ' ' || case when p.clock = '' then '00:00' else p.clock end
        || case when p.seconds = '' then ':00' else p.seconds end
      as timestamp)`,
  'tsdbt_offset(p)': `
    to_minutes(
      case when p.sign = '-' then -1 else 1 end
        * (coalesce(try_cast(p.hours as integer), 0) * 60 + coalesce(try_cast(p.minutes as integer), 0)))`,
  /** The years that ISO 8601 writes with four digits. */
  'tsdbt_of_four_digits(t)': `
    case when t >= timestamp '0001-01-01' and t < timestamp '10000-01-01' then t end`,
  /** A local time as the instant that it is in a zone; NULL when there is none, or two. */
  'tsdbt_instant(t, zone)': `
    case
      when timezone(zone, timezone(zone, t)) = t
        and timezone(zone, timezone(zone, t) + interval 1 hour) <> t
        and timezone(zone, timezone(zone, t) - interval 1 hour) <> t
        and timezone(zone, timezone(zone, t) + interval 30 minute) <> t
        and timezone(zone, timezone(zone, t) - interval 30 minute) <> t
      then timezone(zone, t)
    end`,
  'tsdbt_interval(t)': String.raw`
    case when regexp_full_match(t, '(?i)\s*([+-]?[0-9]+([.][0-9]+)?\s*(years?|y|mons?|months?|weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s|milliseconds?|msecs?|ms|microseconds?|usecs?|us)\b\s*)*([+-]?[0-9]+:[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?)?\s*')
      then try_cast(t as interval)
    end`,
  'tsdbt_uuid(t)': String.raw`
    case when regexp_full_match(t, '(?i)\s*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32})\s*')
      then try_cast(trim(t) as uuid)
    end`,
};

/** Statements that create the functions on a connection; they cost about a millisecond. */
export function valueFunctions(): string {
  return Object.entries(functions)
    .map(([signature, body]) => `create or replace temp macro ${signature} as ${body.trim()}`)
    .join(';\n');
}
