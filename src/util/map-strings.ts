/** A copy of a JSON-like value in which `change` has replaced every text; keys stay as they are. */
export function mapStrings(
  value: unknown,
  change: (text: string, path: readonly (string | number)[]) => unknown,
  path: readonly (string | number)[] = [],
): unknown {
  if (typeof value === 'string') return change(value, path);
  if (Array.isArray(value)) return value.map((item, i) => mapStrings(item, change, [...path, i]));
  if (isPlainObject(value)) {
    const entries = Object.entries(value).map(([k, v]) => [k, mapStrings(v, change, [...path, k])]);
    return Object.fromEntries(entries);
  }
  return value;
}

/** True for `{…}` objects, false for arrays, dates, class instances and null. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
