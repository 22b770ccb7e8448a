import { divideHalfEven, fixedText, scaledInteger } from './decimal-digits.ts';
import { numeric } from './equality.ts';
import { isInteger, makeInt } from './numbers.ts';
import { makeFloat } from './py-float.ts';
import { PyObject, type Value } from './py-object.ts';
import { raisePython } from './raise.ts';
import { typeName } from './type-name.ts';
import { Undefined } from './undefined.ts';

/** Python's `round(value, precision)`: half to even; ints stay ints. */
export function roundValue(value: Value, precision: Value): Value {
  const digits = numeric(precision);
  if (digits === undefined || !isInteger(precision)) {
    raisePython('TypeError', `'${typeName(precision)}' object cannot be interpreted as an integer`);
  }
  const number = numeric(value);
  if (number === undefined) {
    const result =
      value instanceof PyObject && !(value instanceof Undefined)
        ? value.pyRound(Number(digits))
        : undefined;
    return (
      result ?? raisePython('TypeError', `type ${typeName(value)} doesn't define __round__ method`)
    );
  }
  const places = Number(digits);
  if (isInteger(value)) {
    if (places >= 0) return number;
    if (places < -5000) return 0;
    const unit = 10n ** BigInt(-places);
    return makeInt(divideHalfEven(BigInt(number), unit) * unit);
  }
  const float = Number(number);
  if (!Number.isFinite(float) || places > 323) return value;
  if (places < -309) return makeFloat(float * 0);
  if (places >= 0) return makeFloat(Number(fixedText(float, places)));
  return makeFloat(Number(`${scaledInteger(float, places)}e${-places}`));
}
