import {
  isNoKey,
  lineEnd,
  notPlain,
  plainScalar,
  skipBlanks,
  trimSpaces,
} from './block-yaml-scalars.ts';
import { quotedText, standsUnder } from './block-yaml-texts.ts';

/** Nesting beyond this is for the guard to judge. */
export const deepest = 24;

const key = /(?:([A-Za-z_][\w.-]*)|(["'])([A-Za-z_][\w .:-]*)\2):(?= )/y;
const plain = /[^\s,[\]{}:#"'&*!|>%@`?-][^,[\]{}:#"'\n]*/y;

interface Flow {
  readonly text: string;
  /** Column of the key or dash that the value belongs to. */
  readonly indent: number;
  readonly offsets: Map<object, number[]>;
  readonly dbt: boolean;
  at: number;
}

/** A flow list or mapping, and the place behind it; its lines stand under the key in `indent`. */
export function flowValue(
  text: string,
  at: number,
  indent: number,
  offsets: Map<object, number[]>,
  dbt: boolean,
): [unknown, number] {
  const flow: Flow = { text, indent, offsets, dbt, at };
  const value = readFlow(flow, 1);
  const close = flow.at - 1;
  const line = text.lastIndexOf('\n', close);
  // A bracket that closes the value on a line of its own may stand in the column of the key.
  const isAtKey = line > at && close - line - 1 === indent && skipBlanks(text, line + 1) === close;
  if (!standsUnder(text, at, isAtKey ? line : close, indent)) throw notPlain;
  return [value, flow.at];
}

function readFlow(flow: Flow, depth: number): unknown {
  if (depth > deepest) throw notPlain;
  const { text } = flow;
  const first = text[flow.at];
  if (first === '[') return readFlowList(flow, depth);
  if (first === '{') return readFlowMapping(flow, depth);
  if (first === '"' || first === "'") {
    const [value, behind] = quotedText(text, flow.at, flow.indent);
    flow.at = behind;
    return value;
  }
  plain.lastIndex = flow.at;
  const match = plain.exec(text);
  if (match === null) throw notPlain;
  flow.at = plain.lastIndex;
  return plainScalar(trimSpaces(match[0]), flow.dbt);
}

function readFlowList(flow: Flow, depth: number): unknown {
  const list: unknown[] = [];
  const offsets: number[] = [];
  flow.at++;
  skip(flow);
  let isOpen = !closes(flow, ']');
  while (isOpen) {
    offsets.push(flow.at);
    list.push(readFlow(flow, depth + 1));
    isOpen = hasMore(flow, ']');
  }
  flow.offsets.set(list, offsets);
  return list;
}

function readFlowMapping(flow: Flow, depth: number): unknown {
  const mapping: Record<string, unknown> = {};
  const offsets: number[] = [];
  flow.at++;
  skip(flow);
  let isOpen = !closes(flow, '}');
  while (isOpen) {
    key.lastIndex = flow.at;
    const match = key.exec(flow.text);
    const name = match?.[1] ?? match?.[3];
    if (name === undefined || isNoKey(name) || Object.hasOwn(mapping, name)) throw notPlain;
    offsets.push(flow.at);
    flow.at = skipBlanks(flow.text, key.lastIndex);
    mapping[name] = readFlow(flow, depth + 1);
    isOpen = hasMore(flow, '}');
  }
  flow.offsets.set(mapping, offsets);
  return mapping;
}

/** Steps over blanks, line breaks and comments. */
function skip(flow: Flow): void {
  const { text } = flow;
  for (;;) {
    flow.at = skipBlanks(text, flow.at);
    if (text[flow.at] === '\n') flow.at++;
    else if (text[flow.at] === '#' && /\s/.test(text[flow.at - 1]!))
      flow.at = lineEnd(text, flow.at);
    else return;
  }
}

/** Steps over the closing bracket when it stands there. */
function closes(flow: Flow, close: string): boolean {
  if (flow.text[flow.at] !== close) return false;
  flow.at++;
  return true;
}

/** Steps over a comma, and says whether a value follows it, or over the closing bracket. */
function hasMore(flow: Flow, close: string): boolean {
  skip(flow);
  if (closes(flow, close)) return false;
  if (flow.text[flow.at] !== ',') throw notPlain;
  flow.at++;
  skip(flow);
  return !closes(flow, close);
}
