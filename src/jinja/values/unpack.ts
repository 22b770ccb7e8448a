import { spend } from '../run-state.ts';
import { tryIterate } from './iterate.ts';
import type { Value } from './py-object.ts';
import { raisePython } from './raise.ts';
import { typeName } from './type-name.ts';

/** The items of a value that must be exactly `count`: `{% set a, b = value %}`. */
export function unpack(value: Value, count: number): Value[] {
  const source = tryIterate(value);
  if (source === undefined) {
    raisePython('TypeError', `cannot unpack non-iterable ${typeName(value)} object`);
  }
  const values: Value[] = [];
  for (let next = source.next(); next.done !== true; next = source.next()) {
    spend(1);
    if (values.length === count) {
      raisePython('ValueError', `too many values to unpack (expected ${count})`);
    }
    values.push(next.value);
  }
  if (values.length < count) {
    raisePython(
      'ValueError',
      `not enough values to unpack (expected ${count}, got ${values.length})`,
    );
  }
  return values;
}
