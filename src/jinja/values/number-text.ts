import { raisePython } from './raise.ts';

const manyDigits = 10n ** 4300n;

/** A float as Python's repr writes it: shortest digits, exponent below 1e-4 and from 1e16. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const size = Math.abs(value);
  if (size >= 1e16 || size < 1e-4) return padExponent(value.toExponential());
  const text = String(value);
  return Number.isInteger(value) ? `${text}.0` : text;
}

/** `1.5e-7` as Python writes it: the exponent has at least two digits. */
export function padExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A big int in decimal; Python refuses beyond 4,300 digits. */
export function bigintText(value: bigint): string {
  if (value >= manyDigits || value <= -manyDigits) {
    raisePython(
      'ValueError',
      'Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit',
    );
  }
  return value.toString();
}
