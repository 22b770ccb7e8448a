import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { columnText, type WrittenColumn, yamlText } from './landing-yaml.ts';

/** What changes of the columns of a source table: keys of declared columns, and columns that come. */
export interface ColumnEdits {
  readonly source: string;
  readonly table: string;
  /** Keys by the name of the column; undefined takes a key away. */
  readonly changed: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly added: readonly WrittenColumn[];
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/**
 * The text of a property file with changed columns: only these characters are others, so comments,
 * quotes and layout stay. Undefined where the columns are not written out in the file (an alias, a
 * merge key), so that a person must edit them.
 */
export function editColumns(text: string, edits: ColumnEdits): string | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  const source = itemNamed(
    document.get('sources'),
    edits.source,
    (item) => itemNamed(item.get('tables'), edits.table) !== undefined,
  );
  const table = itemNamed(source?.get('tables'), edits.table);
  const columns = table?.get('columns');
  if (!isSeq(columns)) return undefined;
  const all: Edit[] = [];
  for (const [name, keys] of edits.changed) {
    const column = itemNamed(columns, name);
    if (column === undefined) return undefined;
    for (const [key, value] of Object.entries(keys)) {
      const edit = keyEdit(text, column, key, value);
      if (edit === undefined) return undefined;
      all.push(...edit);
    }
  }
  all.push(...addedItems(text, columns, edits.added));
  const result = applied(text, all);
  return isAsWanted(result, edits) ? result : undefined;
}

function itemNamed(
  list: unknown,
  name: string,
  also: (item: YAMLMap) => boolean = () => true,
): YAMLMap | undefined {
  if (!isSeq(list)) return undefined;
  return list.items.find(
    (item): item is YAMLMap => isMap(item) && item.get('name') === name && also(item),
  );
}

function keyEdit(
  text: string,
  column: YAMLMap,
  key: string,
  value: unknown,
): readonly Edit[] | undefined {
  const index = column.items.findIndex((pair) => isScalar(pair.key) && pair.key.value === key);
  if (index === -1) return value === undefined ? [] : insertion(text, column, key, value);
  const pair = column.items[index]!;
  const [start, end] = [startOf(pair.key), endOf(pair.value)];
  if (start === undefined || end === undefined) return undefined;
  if (value !== undefined) {
    const from = startOf(pair.value);
    return from === undefined
      ? undefined
      : [{ from, to: end, text: yamlText(value, column.flow === true) }];
  }
  const before = column.items[index - 1];
  if (column.flow === true) {
    const from = before === undefined ? start : endOf(before.value);
    return from === undefined ? undefined : [{ from, to: end, text: '' }];
  }
  const from = text.lastIndexOf('\n', start) + 1;
  return [{ from, to: endOfLine(text, end) + 1, text: '' }];
}

function insertion(
  text: string,
  column: YAMLMap,
  key: string,
  value: unknown,
): readonly Edit[] | undefined {
  const written = `${key}: ${yamlText(value, column.flow === true)}`;
  if (column.flow === true) {
    const at = endOf(column.items.at(-1)?.value);
    return at === undefined ? undefined : [{ from: at, to: at, text: `, ${written}` }];
  }
  // Behind the name, whose value is in one line.
  const name = column.items.find((pair) => isScalar(pair.key) && pair.key.value === 'name');
  const [start, end] = [startOf(name?.key), endOf(name?.value)];
  if (start === undefined || end === undefined) return undefined;
  const indent = ' '.repeat(start - (text.lastIndexOf('\n', start - 1) + 1));
  const at = endOfLine(text, end);
  return [{ from: at, to: at, text: `\n${indent}${written}` }];
}

function addedItems(
  text: string,
  columns: YAMLSeq,
  added: readonly WrittenColumn[],
): readonly Edit[] {
  const first = columns.items[0] as Node | undefined;
  const last = columns.items.at(-1) as Node | undefined;
  const [start, end] = [startOf(first), endOf(last)];
  if (added.length === 0 || start === undefined || end === undefined) return [];
  if (columns.flow === true) {
    return [
      { from: end, to: end, text: added.map((column) => `, ${columnText(column)}`).join('') },
    ];
  }
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const indent = text.slice(line, start).match(/^\s*(?=-)/)?.[0] ?? '';
  const at = endOfLine(text, end);
  const items = added.map((column) => `\n${indent}- ${columnText(column)}`);
  return [{ from: at, to: at, text: items.join('') }];
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** Where a value ends, without the white space behind it. */
function endOf(node: unknown): number | undefined {
  if (isMap(node) || isSeq(node)) {
    if (node.flow === true) return node.range?.[1];
    const last = node.items.at(-1);
    return isPair(last) ? (endOf((last as Pair).value) ?? endOf((last as Pair).key)) : endOf(last);
  }
  return (node as Node | null | undefined)?.range?.[1];
}

function endOfLine(text: string, at: number): number {
  if (text[at - 1] === '\n') return at - 1;
  const end = text.indexOf('\n', at);
  if (end === -1) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

function applied(text: string, edits: readonly Edit[]): string {
  let result = text;
  // From the end to the start; at one place, the last one first.
  const ordered = edits.map((edit, index) => ({ edit, index }));
  ordered.sort((a, b) => b.edit.from - a.edit.from || b.index - a.index);
  for (const { edit } of ordered)
    result = result.slice(0, edit.from) + edit.text + result.slice(edit.to);
  return text.includes('\r\n') ? result.replaceAll(/(?<!\r)\n/g, '\r\n') : result;
}

/** Reads the result and looks whether the columns are what was asked for. */
function isAsWanted(text: string, edits: ColumnEdits): boolean {
  const document = parseDocument(text);
  if (document.errors.length > 0) return false;
  const source = itemNamed(
    document.get('sources'),
    edits.source,
    (item) => itemNamed(item.get('tables'), edits.table) !== undefined,
  );
  const columns = itemNamed(source?.get('tables'), edits.table)?.get('columns');
  const wanted = [
    ...edits.changed,
    ...edits.added.map(({ name, ...keys }) => [name, keys] as const),
  ];
  return wanted.every(([name, keys]) => {
    const column = itemNamed(columns, name)?.toJSON() as Record<string, unknown> | undefined;
    return (
      column !== undefined && Object.entries(keys).every(([key, value]) => column[key] === value)
    );
  });
}
