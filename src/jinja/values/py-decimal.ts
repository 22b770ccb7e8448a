import { hostFunction } from '../host-function.ts';
import { divideHalfEven } from './decimal-digits.ts';
import { numeric } from './equality.ts';
import { formatDecimal } from './format-decimal.ts';
import { makeInt } from './numbers.ts';
import { type BinaryOperator, PyObject, type Value } from './py-object.ts';
import { raisePython } from './raise.ts';

/** Significant digits of results, as in Python's default context. */
const precision = 28;

/** A Python Decimal: coefficient * 10**exponent. How numbers of a database keep their digits. */
export class PyDecimal extends PyObject {
  readonly coefficient: bigint;
  readonly exponent: number;

  constructor(coefficient: bigint, exponent: number) {
    super();
    this.coefficient = coefficient;
    this.exponent = exponent;
  }

  /** The decimal a text spells, such as `12.50`; undefined when it spells none. */
  static parse(text: string): PyDecimal | undefined {
    const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(
      text.trim().replaceAll('_', ''),
    );
    if (match === null) return undefined;
    const [, sign, whole = '', fraction = '', shift = '0'] = match;
    if (whole + fraction === '') return undefined;
    const size = BigInt(whole + fraction);
    return new PyDecimal(sign === '-' ? -size : size, Number(shift) - fraction.length);
  }

  get pyTypeName(): string {
    return 'decimal.Decimal';
  }

  override pyAttr(name: string): Value | undefined {
    return decimalAttribute(this, name);
  }

  override pyStr(): string {
    const sign = this.coefficient < 0n ? '-' : '';
    const digits = (this.coefficient < 0n ? -this.coefficient : this.coefficient).toString();
    const adjusted = this.exponent + digits.length - 1;
    if (this.exponent <= 0 && adjusted >= -6) {
      if (this.exponent === 0) return sign + digits;
      const padded = digits.padStart(1 - this.exponent, '0');
      return `${sign}${padded.slice(0, this.exponent)}.${padded.slice(this.exponent)}`;
    }
    const point = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
    return `${sign}${point}E${adjusted < 0 ? '' : '+'}${adjusted}`;
  }

  override pyRepr(): string {
    return `Decimal('${this.pyStr()}')`;
  }

  override pyTruth(): boolean {
    return this.coefficient !== 0n;
  }

  override pyNumber(): number | bigint {
    if (this.exponent >= 0) return makeInt(this.coefficient * 10n ** BigInt(this.exponent));
    return Number(this.pyStr());
  }

  override pyEq(other: Value): boolean | undefined {
    const decimal = toDecimal(other) ?? floatDecimal(other);
    return decimal === undefined ? undefined : difference(this, decimal) === 0n;
  }

  override pyCompare(other: Value): number | undefined {
    const decimal = toDecimal(other) ?? floatDecimal(other);
    if (decimal === undefined) return undefined;
    const order = difference(this, decimal);
    return order < 0n ? -1 : order > 0n ? 1 : 0;
  }

  override pyHashKey(): unknown {
    const number = this.pyNumber();
    // Equal to the number it is, if it is one; else to decimals of the same value.
    const { coefficient, exponent } = normalized(this);
    if (typeof number === 'bigint' || exponent >= 0) return number;
    return difference(this, floatDecimal(number)!) === 0n
      ? number
      : `\0e${coefficient}e${exponent}`;
  }

  override pyUnary(op: '+' | '-'): Value {
    return op === '-' ? new PyDecimal(-this.coefficient, this.exponent) : this;
  }

  override pyAbs(): Value {
    return this.coefficient < 0n ? new PyDecimal(-this.coefficient, this.exponent) : this;
  }

  override pyRound(digits: number): Value {
    return rescale(this, -digits);
  }

  override pyBinary(op: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    const decimal = toDecimal(other);
    if (decimal === undefined) return undefined;
    return reflected ? calculate(op, decimal, this) : calculate(op, this, decimal);
  }

  override pyIsSequence(): boolean {
    return false;
  }

  override pyFormat(spec: string): string {
    return spec === '' ? this.pyStr() : formatDecimal(this, spec);
  }
}

/** A decimal or int as a decimal; floats do not mix with decimals. */
export function toDecimal(value: Value): PyDecimal | undefined {
  if (value instanceof PyDecimal) return value;
  if (typeof value === 'number' && !Number.isInteger(value)) return undefined;
  const number = typeof value === 'object' ? undefined : numeric(value);
  return number === undefined ? undefined : new PyDecimal(BigInt(number), 0);
}

/** The exact value of a float. */
export function floatDecimal(value: Value): PyDecimal | undefined {
  const number = numeric(value);
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
  let scaled = number;
  let power = 0;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    power++;
  }
  return new PyDecimal(BigInt(scaled) * 5n ** BigInt(power), -power);
}

/** a - b as an integer at their common exponent: its sign orders them. */
function difference(a: PyDecimal, b: PyDecimal): bigint {
  const exponent = Math.min(a.exponent, b.exponent);
  return at(a, exponent) - at(b, exponent);
}

/** The coefficient of a decimal at a lower exponent. */
function at({ coefficient, exponent }: PyDecimal, lower: number): bigint {
  return coefficient * 10n ** BigInt(exponent - lower);
}

function digitCount(value: bigint): number {
  return (value < 0n ? -value : value).toString().length;
}

/** Without zeros at the end. */
function normalized(decimal: PyDecimal): PyDecimal {
  let { coefficient, exponent } = decimal;
  if (coefficient === 0n) return new PyDecimal(0n, 0);
  while (coefficient % 10n === 0n) {
    coefficient /= 10n;
    exponent++;
  }
  return new PyDecimal(coefficient, exponent);
}

/** Rounded to the digits of the context. */
function inContext(coefficient: bigint, exponent: number): PyDecimal {
  const extra = digitCount(coefficient) - precision;
  if (extra <= 0) return new PyDecimal(coefficient, exponent);
  const rounded = divideHalfEven(coefficient, 10n ** BigInt(extra));
  return inContext(rounded, exponent + extra);
}

/** The decimal at another exponent, rounded half to even. */
export function rescale(decimal: PyDecimal, exponent: number): PyDecimal {
  if (exponent <= decimal.exponent) return new PyDecimal(at(decimal, exponent), exponent);
  const unit = 10n ** BigInt(exponent - decimal.exponent);
  return new PyDecimal(divideHalfEven(decimal.coefficient, unit), exponent);
}

function calculate(op: BinaryOperator, a: PyDecimal, b: PyDecimal): Value {
  const exponent = Math.min(a.exponent, b.exponent);
  switch (op) {
    case '+':
      return inContext(at(a, exponent) + at(b, exponent), exponent);
    case '-':
      return inContext(at(a, exponent) - at(b, exponent), exponent);
    case '*':
      return inContext(a.coefficient * b.coefficient, a.exponent + b.exponent);
    case '/':
      return divide(a, b);
    case '//':
      checkDivisor(a, b);
      return new PyDecimal(at(a, exponent) / at(b, exponent), 0);
    case '%':
      checkDivisor(a, b);
      return inContext(at(a, exponent) % at(b, exponent), exponent);
    default:
      return power(a, b);
  }
}

function checkDivisor(a: PyDecimal, b: PyDecimal): void {
  if (b.coefficient !== 0n) return;
  if (a.coefficient === 0n) {
    raisePython('InvalidOperation', "[<class 'decimal.DivisionUndefined'>]");
  }
  raisePython('DivisionByZero', "[<class 'decimal.DivisionByZero'>]");
}

function divide(a: PyDecimal, b: PyDecimal): PyDecimal {
  checkDivisor(a, b);
  const shift = Math.max(0, digitCount(b.coefficient) - digitCount(a.coefficient) + precision + 1);
  const negative = b.coefficient < 0n;
  const divisor = negative ? -b.coefficient : b.coefficient;
  const numerator = (negative ? -a.coefficient : a.coefficient) * 10n ** BigInt(shift);
  const ideal = a.exponent - b.exponent;
  const exact = numerator % divisor === 0n;
  let coefficient = numerator / divisor;
  let exponent = ideal - shift;
  if (exact) {
    while (exponent < ideal && coefficient % 10n === 0n) {
      coefficient /= 10n;
      exponent++;
    }
    return inContext(coefficient, exponent);
  }
  // A last digit that is not lost in rounding tells that there is a rest.
  return inContext(
    coefficient * 10n + (coefficient < 0n || numerator < 0n ? -1n : 1n),
    exponent - 1,
  );
}

function power(a: PyDecimal, b: PyDecimal): PyDecimal {
  const times = b.exponent >= 0 ? Number(b.pyNumber()) : Number.NaN;
  if (!Number.isInteger(times) || Math.abs(times) > 1000) {
    return raisePython('InvalidOperation', "[<class 'decimal.InvalidOperation'>]");
  }
  let result = new PyDecimal(1n, 0);
  for (let i = 0; i < Math.abs(times); i++) {
    result = inContext(result.coefficient * a.coefficient, result.exponent + a.exponent);
  }
  return times < 0 ? divide(new PyDecimal(1n, 0), result) : result;
}

function decimalAttribute(decimal: PyDecimal, name: string): Value | undefined {
  switch (name) {
    case 'real':
      return decimal;
    case 'imag':
      return new PyDecimal(0n, 0);
    case 'normalize':
      return hostFunction(name, () => normalized(decimal));
    case 'quantize':
      return hostFunction(name, ([unit]) => {
        const target = unit === undefined ? undefined : toDecimal(unit);
        return target === undefined ? decimal : rescale(decimal, target.exponent);
      });
    case 'to_integral_value':
    case 'to_integral':
      return hostFunction(name, () => (decimal.exponent >= 0 ? decimal : rescale(decimal, 0)));
    case 'copy_abs':
      return hostFunction(name, () => decimal.pyAbs());
    case 'is_zero':
      return hostFunction(name, () => decimal.coefficient === 0n);
    case 'is_signed':
      return hostFunction(name, () => decimal.coefficient < 0n);
    case 'is_nan':
    case 'is_infinite':
      return hostFunction(name, () => false);
    case 'adjusted':
      return hostFunction(name, () => decimal.exponent + digitCount(decimal.coefficient) - 1);
    default:
      return undefined;
  }
}
