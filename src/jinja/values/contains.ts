import { sameOrEqual } from './equality.ts';
import { items, tryIterate } from './iterate.ts';
import { PyObject, type Value } from './py-object.ts';
import { raisePython } from './raise.ts';
import { typeName } from './type-name.ts';

/** Python's `item in container`. */
export function pyContains(container: Value, item: Value): boolean {
  if (typeof container === 'string') {
    if (typeof item === 'string') return container.includes(item);
    raisePython(
      'TypeError',
      `'in <string>' requires string as left operand, not ${typeName(item)}`,
    );
  }
  if (container instanceof PyObject) {
    const answer = container.pyContains(item);
    if (answer !== undefined) return answer;
  }
  if (!Array.isArray(container) && tryIterate(container) === undefined) {
    raisePython('TypeError', `argument of type '${typeName(container)}' is not iterable`);
  }
  for (const candidate of items(container)) if (sameOrEqual(candidate, item)) return true;
  return false;
}
