/**
 * A second opinion about values, for specs: plain JavaScript over integers without bounds, without a
 * word of SQL. A value is given as the text that the database writes for it, undefined when the text
 * is no value of the type.
 */
type Oracle = (text: string) => string | undefined;

interface Exact {
  readonly negative: boolean;
  /** The number is `digits × 10^power`. */
  readonly digits: bigint;
  readonly power: bigint;
}

function numberOf(text: string): Exact | undefined {
  const parts = /^[ \t\n\r\v\f]*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?[ \t\n\r\v\f]*$/i.exec(
    text,
  );
  if (text.length > 400 || parts === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  if (whole === '' && fraction === '') return undefined;
  return {
    negative: sign === '-',
    digits: BigInt(whole + fraction),
    power: BigInt(exponent) - BigInt(fraction.length),
  };
}

/** The number in units of 10^-scale, undefined when it has more digits or does not fit below `limit`. */
function scaled(text: string, scale: number, fits: (units: bigint) => boolean): bigint | undefined {
  const number = numberOf(text);
  if (number === undefined) return undefined;
  if (number.digits === 0n) return 0n;
  const shift = number.power + BigInt(scale);
  if (shift > 500n || shift < -1000n) return undefined;
  const size = 10n ** (shift < 0n ? -shift : shift);
  if (shift < 0n && number.digits % size !== 0n) return undefined;
  const units = shift < 0n ? number.digits / size : number.digits * size;
  const signed = number.negative ? -units : units;
  return fits(signed) ? signed : undefined;
}

export function integerOracle(bits: number, signed: boolean): Oracle {
  const most = signed ? 2n ** BigInt(bits - 1) - 1n : 2n ** BigInt(bits) - 1n;
  const least = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  return (text) => scaled(text, 0, (units) => units >= least && units <= most)?.toString();
}

export function decimalOracle(width: number, scale: number): Oracle {
  const limit = 10n ** BigInt(width);
  return (text) => {
    const units = scaled(text, scale, (value) => value < limit && value > -limit);
    if (units === undefined) return undefined;
    const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
    // The database leaves out the zero before the point of a type that has no room for it.
    const whole = scale === width ? '' : digits.slice(0, digits.length - scale);
    const point = scale === 0 ? '' : `.${digits.slice(digits.length - scale)}`;
    return `${units < 0n ? '-' : ''}${whole}${point}`;
  };
}

/** A float as the bits of a double, so that no way of writing it counts. */
export const doubleOracle: Oracle = (text) => {
  const number = /^[ \t\n\r\v\f]*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?[ \t\n\r\v\f]*$/i.exec(text);
  if (number === null) return undefined;
  const value = Number(text);
  const isZero = /^[+-]?[0.]*(e.*)?$/i.test(text.trim());
  return Number.isFinite(value) && (value !== 0 || isZero) ? String(value) : undefined;
};

export const booleanOracle: Oracle = (text) => {
  const word = text.replace(/^ +| +$/g, '').toLowerCase();
  if (['true', 't', 'yes', 'y', '1'].includes(word)) return 'true';
  return ['false', 'f', 'no', 'n', '0'].includes(word) ? 'false' : undefined;
};

export const dateOracle: Oracle = (text) => {
  const parts = /^\s*(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?)?\s*$/.exec(text);
  return parts !== null && isDate(parts) ? parts.slice(1, 4).join('-') : undefined;
};

export const timeOracle: Oracle = (text) => {
  const parts = /^\s*([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6})0*)?)?\s*$/.exec(text);
  if (parts === null) return undefined;
  const [, hours, minutes, seconds = '00', fraction = ''] = parts;
  return `${hours}:${minutes}:${seconds}${pointed(fraction)}`;
};

export function timestampOracle(places: number): Oracle {
  const fraction = places === 0 ? '(?:\\.(0+))?' : `(?:\\.(\\d{1,${places}})0*)?`;
  const pattern = new RegExp(
    `^\\s*(\\d{4})-(\\d\\d)-(\\d\\d)(?:[T ]([01]\\d|2[0-3]):([0-5]\\d)(?::([0-5]\\d)${fraction})?` +
      `(?: ?(?:(Z|UTC)|([+-])(0\\d|1[0-5])(?::?([0-5]\\d))?))?)?\\s*$`,
  );
  return (text) => {
    const parts = pattern.exec(text);
    if (parts === null || !isDate(parts)) return undefined;
    const [
      ,
      ,
      ,
      ,
      hours = '0',
      minutes = '0',
      seconds = '0',
      digits = '',
      ,
      sign,
      by = '0',
      rest = '0',
    ] = parts;
    const time = new Date(`${parts[1]}-${parts[2]}-${parts[3]}T00:00:00Z`).getTime();
    const offset = (sign === '-' ? -1 : 1) * (Number(by) * 60 + Number(rest)) * 60_000;
    const clock = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
    const utc = new Date(time + clock - (sign === undefined ? 0 : offset)).toISOString();
    if (utc.startsWith('+') || utc.startsWith('-') || utc.startsWith('0000')) return undefined;
    return `${utc.slice(0, 10)} ${utc.slice(11, 19)}${pointed(digits)}`;
  };
}

function isDate([, year = '', month = '', day = '']: readonly string[]): boolean {
  const days = [31, leap(Number(year)) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const most = days[Number(month) - 1];
  return Number(year) >= 1 && most !== undefined && Number(day) >= 1 && Number(day) <= most;
}

function leap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function pointed(fraction: string): string {
  const digits = fraction.replace(/0+$/, '');
  return digits === '' ? '' : `.${digits}`;
}
