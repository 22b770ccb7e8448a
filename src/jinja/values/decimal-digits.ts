/**
 * A float times 10**digits, rounded to an integer, ties to even: exact, because it works on the
 * binary value. Rounding and formatting with a precision build on it.
 */
export function scaledInteger(value: number, digits: number): bigint {
  const [mantissa, exponent] = decompose(value);
  let numerator = mantissa;
  let denominator = 1n;
  if (digits >= 0) numerator *= 10n ** BigInt(digits);
  else denominator *= 10n ** BigInt(-digits);
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  return divideHalfEven(numerator, denominator);
}

/** A quotient rounded to the nearest integer, ties to even; the denominator is positive. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n;
  const size = negative ? -numerator : numerator;
  let quotient = size / denominator;
  const twice = (size % denominator) * 2n;
  if (twice > denominator || (twice === denominator && quotient % 2n === 1n)) quotient += 1n;
  return negative ? -quotient : quotient;
}

/** mantissa * 2**exponent === value. */
function decompose(value: number): [bigint, number] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const high = view.getUint32(0);
  const biased = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(view.getUint32(4));
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  return [high >>> 31 === 1 ? -mantissa : mantissa, Math.max(biased, 1) - 1075];
}

/** The digits of a float with this many decimals: `%.2f`. The sign of zero is kept. */
export function fixedText(value: number, digits: number): string {
  const scaled = scaledInteger(value, digits);
  const text = (scaled < 0n ? -scaled : scaled).toString().padStart(digits + 1, '0');
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** A float with one digit before the point, `digits` after it, and an exponent: `%.2e`. */
export function exponentText(value: number, digits: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (value === 0) return `${sign}0${digits > 0 ? `.${'0'.repeat(digits)}` : ''}e+00`;
  let exponent = Number(value.toExponential().split('e')[1]);
  let text = String(scaledInteger(Math.abs(value), digits - exponent));
  if (text.length > digits + 1) {
    exponent++;
    text = String(scaledInteger(Math.abs(value), digits - exponent));
  }
  const point = digits > 0 ? `.${text.slice(1)}` : '';
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${sign}${text[0]}${point}e${exponent < 0 ? '-' : '+'}${size}`;
}

/** A float with this many significant digits, in whichever form is shorter: `%.6g`. */
export function generalText(value: number, digits: number, keepZeros: boolean): string {
  const precision = Math.max(digits, 1);
  const scientific = exponentText(value, precision - 1);
  const exponent = Number(scientific.split('e')[1]);
  if (exponent >= -4 && exponent < precision) {
    const text = fixedText(value, precision - 1 - exponent);
    return keepZeros || !text.includes('.') ? text : text.replace(/\.?0+$/, '');
  }
  const [digitsText, power] = scientific.split('e') as [string, string];
  const short =
    keepZeros || !digitsText.includes('.') ? digitsText : digitsText.replace(/\.?0+$/, '');
  return `${short}e${power}`;
}
