import { getItem } from '../attributes.ts';
import type { Value } from '../values/py-object.ts';
import { isUndefined } from '../values/undefined.ts';

/** Takes from an item what a filter's `attribute=` names; the item itself without one. */
export type Getter = (item: Value) => Value;

/** Texts in lower case: how filters compare unless told to mind the case. */
export function ignoreCase(value: Value): Value {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** The steps of a dotted attribute; numbers in it are places. */
function steps(attribute: Value | undefined): Value[] {
  if (attribute === undefined || attribute === null) return [];
  if (typeof attribute !== 'string') return [attribute];
  return attribute.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** A getter for one attribute. */
export function attributeGetter(
  attribute: Value | undefined,
  lenient: boolean,
  post: ((value: Value) => Value) | undefined = undefined,
  fallback: Value | undefined = undefined,
): Getter {
  const path = steps(attribute);
  return (item) => {
    let value = item;
    for (const step of path) {
      value = getItem(value, step, lenient);
      if (fallback !== undefined && fallback !== null && isUndefined(value)) value = fallback;
    }
    return post === undefined ? value : post(value);
  };
}

/** A getter for several attributes with commas between them: a list of values. */
export function attributesGetter(
  attribute: Value | undefined,
  lenient: boolean,
  post: ((value: Value) => Value) | undefined,
): (item: Value) => Value[] {
  const attributes = typeof attribute === 'string' ? attribute.split(',') : [attribute];
  const getters = attributes.map((one) => attributeGetter(one, lenient, post));
  return (item) => getters.map((get) => get(item));
}
