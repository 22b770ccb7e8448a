/**
 * A JSON-like value in which `change` has replaced every text; keys stay as they are, and parts in
 * which nothing was replaced are the given ones. The path given to `change` is only valid during
 * the call.
 */
export function mapStrings(
  value: unknown,
  change: (text: string, path: readonly (string | number)[]) => unknown,
): unknown {
  return mapped(value, change, []);
}

function mapped(
  value: unknown,
  change: (text: string, path: readonly (string | number)[]) => unknown,
  path: (string | number)[],
): unknown {
  if (typeof value === 'string') return change(value, path);
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      path.push(i);
      const item = mapped(value[i], change, path);
      path.pop();
      if (item !== value[i]) {
        copy ??= [...value];
        copy[i] = item;
      }
    }
    return copy ?? value;
  }
  if (!isPlainObject(value)) return value;
  let changes: Map<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    path.push(key);
    const item = mapped(value[key], change, path);
    path.pop();
    if (item !== value[key]) {
      changes ??= new Map();
      changes.set(key, item);
    }
  }
  if (changes === undefined) return value;
  const all = Object.entries(value).map(([k, v]) => [k, changes.has(k) ? changes.get(k) : v]);
  return Object.fromEntries(all);
}

/** True for `{…}` objects, false for arrays, dates, class instances and null. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
