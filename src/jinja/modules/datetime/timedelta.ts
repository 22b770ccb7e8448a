import { hostFunction } from '../../host-function.ts';
import { bindArgs } from '../../params.ts';
import { divideHalfEven } from '../../values/decimal-digits.ts';
import { numeric } from '../../values/equality.ts';
import { isInteger, makeInt } from '../../values/numbers.ts';
import { makeFloat } from '../../values/py-float.ts';
import { type BinaryOperator, type Kwargs, PyObject, type Value } from '../../values/py-object.ts';
import { raisePython } from '../../values/raise.ts';
import { typeName } from '../../values/type-name.ts';
import { PyType } from '../py-type.ts';
import { dayMicros } from './calendar.ts';

const units: readonly (readonly [string, bigint])[] = [
  ['days', dayMicros],
  ['seconds', 1_000_000n],
  ['microseconds', 1n],
  ['milliseconds', 1000n],
  ['minutes', 60_000_000n],
  ['hours', 3_600_000_000n],
  ['weeks', 7n * dayMicros],
];

/** A Python timedelta: whole microseconds. */
export class PyTimeDelta extends PyObject {
  readonly micros: bigint;

  constructor(micros: bigint) {
    super();
    const days = floorDivide(micros, dayMicros);
    if (days > 999_999_999n || days < -999_999_999n) {
      raisePython('OverflowError', `days=${days}; must have magnitude <= 999999999`);
    }
    this.micros = micros;
  }

  get pyTypeName(): string {
    return 'datetime.timedelta';
  }

  get days(): number {
    return Number(floorDivide(this.micros, dayMicros));
  }

  get seconds(): number {
    return Number((this.micros - BigInt(this.days) * dayMicros) / 1_000_000n);
  }

  get microseconds(): number {
    return Number(((this.micros % 1_000_000n) + 1_000_000n) % 1_000_000n);
  }

  totalSeconds(): number {
    return Number(this.micros) / 1e6;
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'days':
      case 'seconds':
      case 'microseconds':
        return this[name];
      case 'total_seconds':
        return hostFunction(name, () => makeFloat(this.totalSeconds()));
      default:
        return timedeltaConstant(name);
    }
  }

  override pyStr(): string {
    const { days, seconds, microseconds } = this;
    const two = (value: number) => String(value).padStart(2, '0');
    const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
    const fraction = microseconds === 0 ? '' : `.${String(microseconds).padStart(6, '0')}`;
    const plural = Math.abs(days) === 1 ? '' : 's';
    return (days === 0 ? '' : `${days} day${plural}, `) + clock + fraction;
  }

  override pyRepr(): string {
    const parts = (['days', 'seconds', 'microseconds'] as const)
      .filter((part) => this[part] !== 0)
      .map((part) => `${part}=${this[part]}`);
    return `datetime.timedelta(${parts.length === 0 ? '0' : parts.join(', ')})`;
  }

  override pyTruth(): boolean {
    return this.micros !== 0n;
  }

  override pyEq(other: Value): boolean | undefined {
    return other instanceof PyTimeDelta ? other.micros === this.micros : undefined;
  }

  override pyCompare(other: Value): number | undefined {
    return other instanceof PyTimeDelta ? Number(this.micros - other.micros) : undefined;
  }

  override pyHashKey(): unknown {
    return `\0d${this.micros}`;
  }

  override pyUnary(op: '+' | '-'): Value {
    return op === '-' ? new PyTimeDelta(-this.micros) : this;
  }

  override pyAbs(): Value {
    return this.micros < 0n ? new PyTimeDelta(-this.micros) : this;
  }

  override pyBinary(op: BinaryOperator, other: Value, reflected: boolean): Value | undefined {
    if (other instanceof PyTimeDelta) return reflected ? undefined : combine(op, this, other);
    const number = numeric(other);
    if (number === undefined) return undefined;
    if (op === '*') return scale(this, other, number);
    if (reflected) return undefined;
    if (op === '//' && isInteger(other)) {
      checkDivisor(number, 'integer division or modulo by zero');
      return new PyTimeDelta(floorDivide(this.micros, BigInt(number)));
    }
    if (op !== '/') return undefined;
    checkDivisor(number, 'integer division or modulo by zero');
    if (isInteger(other)) return new PyTimeDelta(divideSigned(this.micros, BigInt(number)));
    return new PyTimeDelta(roundHalfEven(Number(this.micros) / Number(number)));
  }
}

function combine(op: BinaryOperator, a: PyTimeDelta, b: PyTimeDelta): Value | undefined {
  switch (op) {
    case '+':
      return new PyTimeDelta(a.micros + b.micros);
    case '-':
      return new PyTimeDelta(a.micros - b.micros);
    case '/':
      checkDivisor(b.micros, 'division by zero');
      return makeFloat(Number(a.micros) / Number(b.micros));
    case '//':
      checkDivisor(b.micros, 'integer division or modulo by zero');
      return makeInt(floorDivide(a.micros, b.micros));
    case '%':
      checkDivisor(b.micros, 'integer modulo by zero');
      return new PyTimeDelta(a.micros - floorDivide(a.micros, b.micros) * b.micros);
    default:
      return undefined;
  }
}

function checkDivisor(value: number | bigint, message: string): void {
  if (Number(value) === 0) raisePython('ZeroDivisionError', message);
}

function scale(delta: PyTimeDelta, factor: Value, number: number | bigint): Value {
  if (isInteger(factor)) return new PyTimeDelta(delta.micros * BigInt(number));
  return new PyTimeDelta(roundHalfEven(Number(delta.micros) * Number(number)));
}

function divideSigned(a: bigint, b: bigint): bigint {
  return b < 0n ? divideHalfEven(-a, -b) : divideHalfEven(a, b);
}

/** A float as the nearest integer, ties to even. */
export function roundHalfEven(value: number): bigint {
  if (!Number.isFinite(value)) {
    raisePython('OverflowError', 'cannot convert float infinity to integer');
  }
  const floor = Math.floor(value);
  const rest = value - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return BigInt(up ? floor + 1 : floor);
}

export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function makeTimeDelta(args: Value[], kwargs: Kwargs): Value {
  const params = units.map(([name]) => name);
  const bound = bindArgs({ name: '__new__', params, native: true }, args, kwargs);
  let micros = 0n;
  let fraction = 0;
  bound.forEach((value, i) => {
    if (value === undefined) return;
    const [name, unit] = units[i]!;
    const number = numeric(value);
    if (number === undefined) {
      raisePython(
        'TypeError',
        `unsupported type for timedelta ${name} component: ${typeName(value)}`,
      );
    }
    if (typeof number === 'bigint' || Number.isInteger(number)) {
      micros += BigInt(number) * unit;
    } else {
      const whole = Math.trunc(number);
      micros += BigInt(whole) * unit;
      fraction += (number - whole) * Number(unit);
    }
  });
  return new PyTimeDelta(micros + roundHalfEven(fraction));
}

function timedeltaConstant(name: string): Value | undefined {
  switch (name) {
    case 'resolution':
      return new PyTimeDelta(1n);
    case 'min':
      return new PyTimeDelta(-999_999_999n * dayMicros);
    case 'max':
      return new PyTimeDelta(999_999_999n * dayMicros + dayMicros - 1n);
    default:
      return undefined;
  }
}

/** The class `datetime.timedelta`. */
export const timedeltaType = new PyType('datetime.timedelta', {
  call: makeTimeDelta,
  attributes: timedeltaConstant,
});
