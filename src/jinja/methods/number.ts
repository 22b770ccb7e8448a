import { table } from '../table.ts';
import { numeric } from '../values/equality.ts';
import { isFloat, isInteger, makeInt } from '../values/numbers.ts';
import { makeFloat } from '../values/py-float.ts';
import type { Value } from '../values/py-object.ts';
import { PyTuple } from '../values/py-tuple.ts';
import { raisePython } from '../values/raise.ts';
import { checkArity } from './arity.ts';
import type { Method } from './method.ts';

function bitLength(value: Value): number {
  const number = BigInt(numeric(value)!);
  return number === 0n ? 0 : (number < 0n ? -number : number).toString(2).length;
}

/** The methods of ints and bools. */
export const intMethods = table<Method>({
  bit_length: (self, args, kwargs) => {
    checkArity('int', 'bit_length', args, kwargs, 0);
    return bitLength(self);
  },
  bit_count: (self, args, kwargs) => {
    checkArity('int', 'bit_count', args, kwargs, 0);
    const number = BigInt(numeric(self)!);
    return (number < 0n ? -number : number).toString(2).replaceAll('0', '').length;
  },
  conjugate: (self) => numeric(self)!,
  as_integer_ratio: (self) => new PyTuple([numeric(self)!, 1]),
});

/** The methods of floats. */
export const floatMethods = table<Method>({
  is_integer: (self, args, kwargs) => {
    checkArity('float', 'is_integer', args, kwargs, 0);
    return Number.isInteger(Number(numeric(self)));
  },
  conjugate: (self) => self,
  as_integer_ratio: (self) => {
    let value = Number(numeric(self));
    if (!Number.isFinite(value)) {
      raisePython('OverflowError', 'cannot convert Infinity to integer ratio');
    }
    let denominator = 1n;
    while (!Number.isInteger(value)) {
      value *= 2;
      denominator *= 2n;
    }
    return new PyTuple([makeInt(BigInt(value)), makeInt(denominator)]);
  },
});

/** Attributes of numbers that are no methods. */
export function dataAttribute(value: Value, name: string): Value | undefined {
  const number = numeric(value);
  if (number === undefined) return undefined;
  if (name === 'real') return isFloat(value) ? value : number;
  if (name === 'imag') return isFloat(value) ? makeFloat(0) : 0;
  if (!isInteger(value)) return undefined;
  if (name === 'numerator') return number;
  return name === 'denominator' ? 1 : undefined;
}
