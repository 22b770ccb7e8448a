import {
  compareValues,
  mappingEntries,
  PyDate,
  PyDateTime,
  PyFloat,
  PyObject,
  PySet,
  PyTuple,
  raisePython,
  spend,
  toStr,
  type Value,
} from '../../jinja/index.ts';
import { BlockWriter, isSimpleKey } from './block-writer.ts';

/** A value as PyYAML represents it: a text, another scalar as it is written, a list or a mapping. */
type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'list'; readonly of: object; readonly items: readonly Value[] }
  | {
      readonly kind: 'mapping';
      readonly of: object;
      readonly tag?: string;
      readonly entries: readonly (readonly [Value, Value])[];
    };

interface Dump {
  readonly writer: BlockWriter;
  readonly sortKeys: boolean;
  /** Lists and mappings that come more than once, by their names. */
  readonly anchors: ReadonlyMap<object, string>;
  readonly written: Set<object>;
  readonly parts: Map<Value, Part>;
}

/**
 * A value as YAML, character by character as PyYAML's `safe_dump` writes it in block style (dbt's
 * `toyaml`). Values that PyYAML does not know are a RepresenterError.
 */
export function dumpYaml(value: Value, sortKeys: boolean): string {
  const parts = new Map<Value, Part>();
  const dump: Dump = {
    writer: new BlockWriter(),
    sortKeys,
    anchors: anchorsOf(value, sortKeys, parts),
    written: new Set(),
    parts,
  };
  writeNode(dump, value, 'root');
  return dump.writer.finished();
}

/** Names for what comes again, in the order in which it does. */
function anchorsOf(
  root: Value,
  sortKeys: boolean,
  parts: Map<Value, Part>,
): ReadonlyMap<object, string> {
  const seen = new Set<object>();
  const anchors = new Map<object, string>();
  const visit = (value: Value): void => {
    const part = partOf(value, sortKeys, parts);
    if (part.kind === 'text' || part.kind === 'plain') return;
    if (seen.has(part.of)) {
      if (!anchors.has(part.of))
        anchors.set(part.of, `id${String(anchors.size + 1).padStart(3, '0')}`);
      return;
    }
    seen.add(part.of);
    spend(1);
    if (part.kind === 'list') part.items.forEach(visit);
    else
      for (const [key, item] of part.entries) {
        visit(key);
        visit(item);
      }
  };
  visit(root);
  return anchors;
}

type Place = 'root' | 'item' | 'value' | 'key';

function writeNode(dump: Dump, value: Value, place: Place): void {
  const { writer, anchors, written } = dump;
  const part = partOf(value, dump.sortKeys, dump.parts);
  if (part.kind === 'text' || part.kind === 'plain') {
    writer[part.kind](part.text, place === 'key', place === 'root');
    return;
  }
  const anchor = anchors.get(part.of);
  if (anchor !== undefined && written.has(part.of)) {
    writer.indicator(`*${anchor}`, true);
    return;
  }
  if (anchor !== undefined) writer.indicator(`&${anchor}`, true);
  written.add(part.of);
  if (part.kind === 'list') writeList(dump, part.items, place);
  else {
    if (part.tag !== undefined) writer.indicator(part.tag, true);
    writeMapping(dump, part.entries);
  }
}

function writeList(dump: Dump, items: readonly Value[], place: Place): void {
  const { writer } = dump;
  const isIndentless = place === 'value' && !writer.isIndention;
  if (items.length === 0) writer.indicator('[]', true);
  else
    writer.indented(isIndentless ? 'indentless' : 'block', () => {
      for (const item of items) {
        writer.newLine();
        writer.indicator('-', true, true);
        writeNode(dump, item, 'item');
      }
    });
}

function writeMapping(dump: Dump, entries: readonly (readonly [Value, Value])[]): void {
  const { writer } = dump;
  if (entries.length === 0) writer.indicator('{}', true);
  else
    writer.indented('block', () => {
      for (const [key, item] of entries) {
        writer.newLine();
        if (isSimple(dump, key)) {
          writeNode(dump, key, 'key');
          writer.indicator(':', false);
        } else {
          writer.indicator('?', true, true);
          writeNode(dump, key, 'value');
          writer.newLine();
          writer.indicator(':', true, true);
        }
        writeNode(dump, item, 'value');
      }
    });
}

function isSimple(dump: Dump, key: Value): boolean {
  const part = partOf(key, dump.sortKeys, dump.parts);
  if (part.kind === 'text' || part.kind === 'plain') return isSimpleKey(part.text);
  return dump.written.has(part.of) || (part.kind === 'list' && part.items.length === 0);
}

/** Each list and mapping is looked at once: what can be iterated over only once is. */
function partOf(value: Value, sortKeys: boolean, parts: Map<Value, Part>): Part {
  if (typeof value !== 'object' || value === null) return scalarOf(value);
  let part = parts.get(value);
  if (part === undefined) {
    part = objectPart(value, sortKeys);
    parts.set(value, part);
  }
  return part;
}

function scalarOf(value: Exclude<Value, object>): Part {
  switch (typeof value) {
    case 'string':
      return { kind: 'text', text: value };
    case 'number':
      return { kind: 'plain', text: Number.isInteger(value) ? String(value) : floatText(value) };
    case 'object':
      return { kind: 'plain', text: 'null' };
    default:
      return { kind: 'plain', text: String(value) };
  }
}

function objectPart(value: Value[] | PyObject, sortKeys: boolean): Part {
  if (Array.isArray(value)) return { kind: 'list', of: value, items: value };
  if (value instanceof PyTuple) return { kind: 'list', of: value, items: value.items };
  if (value instanceof PyFloat) return { kind: 'plain', text: floatText(value.value) };
  if (value instanceof PyDateTime || value instanceof PyDate)
    return { kind: 'plain', text: value.pyStr() };
  if (value instanceof PySet) {
    const entries = [...value].map((item) => [item, null] as const);
    return { kind: 'mapping', of: value, tag: '!!set', entries: sorted(entries) };
  }
  const entries = value instanceof PyObject ? mappingEntries(value) : undefined;
  if (entries === undefined)
    return raisePython('RepresenterError', `('cannot represent an object', ${toStr(value)})`);
  const list = [...entries];
  return { kind: 'mapping', of: value, entries: sortKeys ? sorted(list) : list };
}

/** In the order of the keys; as they are where these can't be compared. */
function sorted(
  entries: readonly (readonly [Value, Value])[],
): readonly (readonly [Value, Value])[] {
  let isComparable = true;
  const ordered = [...entries].sort(([a], [b]) => {
    const order = compareValues(a, b);
    if (order === undefined) isComparable = false;
    return order ?? 0;
  });
  return isComparable ? ordered : entries;
}

/** Python's text of a float, as YAML 1.1 reads it as a float again. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = toStr(Number.isInteger(value) ? new PyFloat(value) : value);
  return text.includes('.') ? text : text.replace('e', '.0e');
}
