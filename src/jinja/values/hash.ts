import { PyObject, type Value } from './py-object.ts';
import { raisePython } from './raise.ts';

/**
 * What dicts and sets know a value by: equal values (`1`, `1.0`, `True`; tuples of equal items)
 * give the same key. Composite keys are strings behind a NUL, which plain strings can't imitate.
 */
export function hashKey(value: Value): unknown {
  switch (typeof value) {
    case 'string':
      return value.charCodeAt(0) === 0 ? `\0s${value}` : value;
    case 'boolean':
      return value ? 1 : 0;
    case 'object':
      if (value === null) return null;
      if (value instanceof PyObject) return value.pyHashKey();
      return raisePython('TypeError', "unhashable type: 'list'");
    default:
      return value;
  }
}

const identities = new WeakMap<object, number>();
let lastIdentity = 0;

/** One string for a sequence of hash keys, different for different sequences. */
export function combineKeys(tag: string, keys: readonly unknown[]): string {
  let text = `\0${tag}`;
  for (const key of keys) text += keyText(key);
  return text;
}

function keyText(key: unknown): string {
  switch (typeof key) {
    case 'string':
      return `s${key.length}:${key}`;
    case 'object':
    case 'function': {
      if (key === null) return 'N;';
      let identity = identities.get(key);
      if (identity === undefined) {
        identity = ++lastIdentity;
        identities.set(key, identity);
      }
      return `o${identity};`;
    }
    default:
      return `n${String(key)};`;
  }
}
