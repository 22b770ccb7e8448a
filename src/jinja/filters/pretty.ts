import { compareValues } from '../values/compare.ts';
import { PyDict } from '../values/py-dict.ts';
import type { Value } from '../values/py-object.ts';
import { PySet } from '../values/py-set.ts';
import { PyTuple } from '../values/py-tuple.ts';
import { repr } from '../values/repr.ts';

const width = 80;

/** A value on as many lines as it needs, with sorted keys: Python's `pprint.pformat`. */
export function prettyText(value: Value): string {
  return pretty(value, 0, 0, 0);
}

function pretty(value: Value, indent: number, after: number, depth: number): string {
  const line = sortedRepr(value, depth);
  if (line.length + indent + after <= width || depth > 100) return line;
  if (value instanceof PyDict && value.size > 0) {
    const parts = sortedEntries(value).map(([key, item], i, all) => {
      const name = `${sortedRepr(key, depth)}: `;
      const rest = i === all.length - 1 ? after + 1 : 1;
      return name + pretty(item, indent + 1 + name.length, rest, depth + 1);
    });
    return `{${parts.join(`,\n${' '.repeat(indent + 1)}`)}}`;
  }
  const [open, items, close] = sequenceParts(value);
  if (items === undefined || items.length === 0) return line;
  const parts = items.map((item, i) =>
    pretty(item, indent + 1, i === items.length - 1 ? after + close.length : 1, depth + 1),
  );
  return open + parts.join(`,\n${' '.repeat(indent + 1)}`) + close;
}

function sequenceParts(value: Value): [string, readonly Value[] | undefined, string] {
  if (Array.isArray(value)) return ['[', value, ']'];
  if (value instanceof PyTuple) return ['(', value.items, value.items.length === 1 ? ',)' : ')'];
  return ['', undefined, ''];
}

function sortedRepr(value: Value, depth: number): string {
  if (depth > 100) return repr(value);
  if (value instanceof PyDict) {
    const parts = sortedEntries(value).map(
      ([key, item]) => `${sortedRepr(key, depth + 1)}: ${sortedRepr(item, depth + 1)}`,
    );
    return `{${parts.join(', ')}}`;
  }
  const [open, items, close] = sequenceParts(value);
  if (items === undefined) return value instanceof PySet ? sortedSet(value) : repr(value);
  return open + items.map((item) => sortedRepr(item, depth + 1)).join(', ') + close;
}

function sortedSet(set: PySet): string {
  return repr(new PySet([...set].sort((a, b) => compareValues(a, b) ?? 0)));
}

function sortedEntries(dict: PyDict): [Value, Value][] {
  return [...dict.entries()].sort(([a], [b]) => compareValues(a, b) ?? 0);
}
