/** Thrown inside the reader for a text that the full parser must look at. */
export const notPlain: unique symbol = Symbol('not plain block YAML');

/** Nesting beyond this is for the guard to judge. */
export const deepest = 24;

const flowKey = /([A-Za-z_][\w.-]*):(?= )/y;
const flowPlain = /[^\s,[\]{}:#"'&*!|>%@`?-][^,[\]{}:#"'\n]*/y;
const number = /^-?(?:0|[1-9]\d{0,14}|\d{1,15}\.\d{1,15})$/;
const maybeNumber = /^[-+]?(?:\.?\d[\d.]*(?:e[-+]?\d+)?|0o[0-7]+|0x[\da-f]+|\.inf|\.nan)$/i;

/** The first place from `at` on that is not a space. */
export function skipBlanks(text: string, at: number): number {
  let place = at;
  while (text.charCodeAt(place) === 32) place++;
  return place;
}

/** A text without the spaces at its end. */
export function trimSpaces(text: string): string {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 32) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Words that are no texts, or that no object may have as a key. */
export function isNoKey(name: string): boolean {
  return /^(?:null|true|false|yes|no|on|off|__proto__)$/i.test(name) || maybeNumber.test(name);
}

/** What an unquoted text of one line is in YAML 1.2's core schema: a word, a number or a text. */
export function plainScalar(text: string, yesNo: boolean): unknown {
  const first = text.charCodeAt(0);
  const isLetter = (first >= 97 && first <= 122) || (first >= 65 && first <= 90) || first === 95;
  if (isLetter) {
    if (text.length > 5) return text;
    if (/^(?:true|True|TRUE)$/.test(text)) return true;
    if (/^(?:false|False|FALSE)$/.test(text)) return false;
    if (/^(?:null|Null|NULL)$/.test(text)) return null;
    if (yesNo && /^(?:[Yy]es|YES|[Oo]n|ON)$/.test(text)) return true;
    if (yesNo && /^(?:[Nn]o|NO|[Oo]ff|OFF)$/.test(text)) return false;
    return text;
  }
  if (number.test(text) && text !== '-0') return Number(text);
  if (maybeNumber.test(text) || /^[!&*?:,[\]{}#|>@`"'%~-]/.test(text)) throw notPlain;
  return text;
}

/** A quoted text without escapes that ends on its line, and the place behind it. */
export function quotedScalar(text: string, at: number, end: number): [string, number] {
  const quote = text[at]!;
  let close = text.indexOf(quote, at + 1);
  const isSingle = quote === "'";
  while (isSingle && close !== -1 && text[close + 1] === quote)
    close = text.indexOf(quote, close + 2);
  if (close === -1 || close >= end) throw notPlain;
  const inside = text.slice(at + 1, close);
  if (isSingle) return [inside.replaceAll("''", "'"), close + 1];
  if (inside.includes('\\')) throw notPlain;
  return [inside, close + 1];
}

interface Flow {
  readonly text: string;
  readonly end: number;
  readonly offsets: Map<object, number[]>;
  readonly yesNo: boolean;
  at: number;
}

/** A flow list or mapping of one line, and the place behind it. */
export function flowValue(
  text: string,
  at: number,
  end: number,
  offsets: Map<object, number[]>,
  yesNo: boolean,
): [unknown, number] {
  const flow: Flow = { text, end, offsets, yesNo, at };
  const value = readFlow(flow, 1);
  return [value, flow.at];
}

function readFlow(flow: Flow, depth: number): unknown {
  if (depth > deepest || flow.at >= flow.end) throw notPlain;
  const { text } = flow;
  const first = text[flow.at];
  if (first === '[') return readFlowList(flow, depth);
  if (first === '{') return readFlowMapping(flow, depth);
  if (first === '"' || first === "'") {
    const [value, behind] = quotedScalar(text, flow.at, flow.end);
    flow.at = behind;
    return value;
  }
  flowPlain.lastIndex = flow.at;
  const match = flowPlain.exec(text);
  if (match === null || flowPlain.lastIndex > flow.end) throw notPlain;
  flow.at = flowPlain.lastIndex;
  return plainScalar(trimSpaces(match[0]), flow.yesNo);
}

function readFlowList(flow: Flow, depth: number): unknown {
  const list: unknown[] = [];
  const offsets: number[] = [];
  flow.at = skipBlanks(flow.text, flow.at + 1);
  if (flow.text[flow.at] === ']') flow.at++;
  else {
    do {
      flow.at = skipBlanks(flow.text, flow.at);
      offsets.push(flow.at);
      list.push(readFlow(flow, depth + 1));
    } while (hasMore(flow, ']'));
  }
  flow.offsets.set(list, offsets);
  return list;
}

function readFlowMapping(flow: Flow, depth: number): unknown {
  const mapping: Record<string, unknown> = {};
  const offsets: number[] = [];
  flow.at = skipBlanks(flow.text, flow.at + 1);
  if (flow.text[flow.at] === '}') flow.at++;
  else {
    do {
      flow.at = skipBlanks(flow.text, flow.at);
      flowKey.lastIndex = flow.at;
      const name = flowKey.exec(flow.text)?.[1];
      if (name === undefined || isNoKey(name) || Object.hasOwn(mapping, name)) throw notPlain;
      offsets.push(flow.at);
      flow.at = skipBlanks(flow.text, flow.at + name.length + 1);
      mapping[name] = readFlow(flow, depth + 1);
    } while (hasMore(flow, '}'));
  }
  flow.offsets.set(mapping, offsets);
  return mapping;
}

/** Steps over the comma that says so, or over the closing bracket. */
function hasMore(flow: Flow, close: string): boolean {
  flow.at = skipBlanks(flow.text, flow.at);
  const found = flow.at < flow.end ? flow.text[flow.at] : undefined;
  if (found !== ',' && found !== close) throw notPlain;
  flow.at++;
  return found === ',';
}
