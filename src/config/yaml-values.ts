import { type Document, visit } from 'yaml';
import { LargeInteger } from '../util/large-integer.ts';
import { mappingKey } from '../util/mapping-key.ts';
import { WholeFloat } from '../util/whole-float.ts';

/**
 * The values that the YAML library reads, with maps as plain objects in the order of the text; their
 * keys are `mappingKey`s. A value with several aliases stays one object. Of keys that are equal in
 * Python (`1`, `1.0`, `true`) the first stays, with the last value.
 */
export function plainYaml(value: unknown): unknown {
  return plain(value, new Map());
}

function plain(value: unknown, made: Map<object, unknown>): unknown {
  if (typeof value === 'bigint') return LargeInteger.of(value);
  if (Array.isArray(value)) {
    const known = made.get(value);
    if (known !== undefined) return known;
    const list: unknown[] = [];
    made.set(value, list);
    for (const item of value) list.push(plain(item, made));
    return list;
  }
  if (!(value instanceof Map)) return value;
  const known = made.get(value);
  if (known !== undefined) return known;
  const mapping: Record<string, unknown> = {};
  made.set(value, mapping);
  const properties = new Map<unknown, string>();
  for (const [key, item] of value) {
    const property = mappingKey(key);
    const equal = equalKey(key);
    const first = equal === undefined ? property : (properties.get(equal) ?? property);
    if (equal !== undefined) properties.set(equal, first);
    mapping[first] = plain(item, made);
  }
  return mapping;
}

/** The number that keys which are one in Python share; undefined for keys that only equal themselves. */
export function equalKey(key: unknown): unknown {
  if (typeof key === 'boolean') return Number(key);
  if (key instanceof WholeFloat) return key.value;
  return typeof key === 'number' ? key : undefined;
}

/** Offset of an alias inside the value that it names, which would have no end, or undefined. */
export function endlessAlias(document: Document.Parsed): number | undefined {
  let offset: number | undefined;
  // An anchor can be there again: an alias names the last value before it that has the anchor.
  const named = new Map<string, unknown>();
  visit(document, {
    Value: (_, value) => {
      if (value.anchor !== undefined) named.set(value.anchor, value);
    },
    Alias: (_, alias, path) => {
      const value = named.get(alias.source);
      if (!path.some((above) => above === value)) return undefined;
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}

/** Offset of the last alias of a document. */
export function lastAlias(document: Document.Parsed): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias: (_, { range }) => {
      offset = range?.[0];
    },
  });
  return offset;
}
