import { raisePython } from './raise.ts';

/** A decimal by its parts: what formatting needs of it. */
interface DecimalParts {
  readonly coefficient: bigint;
  readonly exponent: number;
  pyStr(): string;
  pyRound(digits: number): unknown;
}

/** `format(decimal, spec)` for `[[fill]align][sign][0][width][,][.precision][f|%]`. */
export function formatDecimal(decimal: DecimalParts, spec: string): string {
  const match = /^(?:([\s\S])?([<>=^]))?([-+ ])?(0)?(\d+)?([,_])?(?:\.(\d+))?([fF%])?$/.exec(spec);
  if (match === null) return raisePython('ValueError', 'invalid format string');
  const [, fill, align, sign, zero, width, grouping, precision, type] = match;
  const scaled = type === '%' ? { ...shifted(decimal, 2) } : decimal;
  const places = precision === undefined ? undefined : Number(precision);
  const text = places === undefined ? plainText(scaled, type) : rounded(decimal, scaled, places);
  const negative = text.startsWith('-');
  const [whole = '', fraction] = (negative ? text.slice(1) : text).split('.');
  const grouped = grouping === undefined ? whole : whole.replace(/\B(?=(\d{3})+$)/g, grouping);
  const body =
    (fraction === undefined ? grouped : `${grouped}.${fraction}`) + (type === '%' ? '%' : '');
  const mark = negative ? '-' : sign === '+' || sign === ' ' ? sign : '';
  const missing = Math.min(Number(width ?? 0), 10_000) - mark.length - body.length;
  if (missing <= 0) return mark + body;
  const padding = (fill ?? (zero === undefined ? ' ' : '0')).repeat(missing);
  const side = align ?? (zero === undefined ? '>' : '=');
  if (side === '<') return mark + body + padding;
  if (side === '=') return mark + padding + body;
  if (side !== '^') return padding + mark + body;
  const left = Math.floor(missing / 2);
  return padding.slice(0, left) + mark + body + padding.slice(left);
}

function shifted({ coefficient, exponent }: DecimalParts, places: number) {
  return { coefficient, exponent: exponent + places };
}

function plainText(
  decimal: Pick<DecimalParts, 'coefficient' | 'exponent'>,
  type: string | undefined,
): string {
  const { coefficient, exponent } = decimal;
  if (type === undefined && 'pyStr' in decimal) return (decimal as DecimalParts).pyStr();
  return digits(coefficient, exponent);
}

function rounded(
  decimal: DecimalParts,
  scaled: Pick<DecimalParts, 'coefficient' | 'exponent'>,
  places: number,
): string {
  const extra = scaled.exponent - decimal.exponent;
  const result = decimal.pyRound(places + extra) as DecimalParts;
  return digits(result.coefficient, result.exponent + extra);
}

function digits(coefficient: bigint, exponent: number): string {
  const sign = coefficient < 0n ? '-' : '';
  const size = (coefficient < 0n ? -coefficient : coefficient).toString();
  if (exponent >= 0) return sign + size + '0'.repeat(exponent);
  const padded = size.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}
