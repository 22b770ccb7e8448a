import { unescapeString } from './string-escapes.ts';
import { makeInt } from './values/numbers.ts';
import { makeFloat } from './values/py-float.ts';
import type { Value } from './values/py-object.ts';
import { PythonFault, pythonFault } from './values/raise.ts';
import { reprString } from './values/repr.ts';
import { isSpace, trimEnd } from './values/text.ts';

/** One token; `literal` is the value of a string or number. */
export interface Token {
  readonly type: string;
  readonly value: string;
  readonly pos: number;
  readonly end: number;
  readonly literal: Value;
}

const operators: ReadonlyMap<string, string> = new Map([
  ['+', 'add'],
  ['-', 'sub'],
  ['/', 'div'],
  ['//', 'floordiv'],
  ['*', 'mul'],
  ['%', 'mod'],
  ['**', 'pow'],
  ['~', 'tilde'],
  ['[', 'lbracket'],
  [']', 'rbracket'],
  ['(', 'lparen'],
  [')', 'rparen'],
  ['{', 'lbrace'],
  ['}', 'rbrace'],
  ['==', 'eq'],
  ['!=', 'ne'],
  ['>', 'gt'],
  ['>=', 'gteq'],
  ['<', 'lt'],
  ['<=', 'lteq'],
  ['=', 'assign'],
  ['.', 'dot'],
  [':', 'colon'],
  ['|', 'pipe'],
  [',', 'comma'],
  [';', 'semicolon'],
]);

/** How error messages name a token type. */
export const tokenNames: ReadonlyMap<string, string> = new Map([
  ...[...operators].map(([text, type]) => [type, text] as const),
  ['block_begin', 'begin of statement block'],
  ['block_end', 'end of statement block'],
  ['variable_begin', 'begin of print statement'],
  ['variable_end', 'end of print statement'],
  ['data', 'template data / text'],
  ['eof', 'end of template'],
]);

const opening = /\{[%{#]/g;
const rawBegin = /\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})/y;
const rawEnd = /\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\})/g;
const commentEnd = /\+#\}|-#\}\s*|#\}/g;
const blockEnd = /\+%\}|-%\}\s*|%\}/y;
const variableEnd = /-\}\}\s*|\}\}/y;
const float = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const integer = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const asciiName = /[A-Za-z_][A-Za-z0-9_]*/y;
const anyName = /[\p{L}\p{N}\p{ID_Continue}_]+/uy;
const identifier = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;
const string = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;
/** First characters of the ends of tags: % + - } */
const endStarts: ReadonlySet<number> = new Set([37, 43, 45, 125]);
const closers: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['(', ')'],
  ['[', ']'],
]);

/** One kind of newline, and without the one newline at the end that Jinja drops. */
export function normalizeSource(source: string): string {
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source;
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

/**
 * The tokens of a normalized source. Jinja reads tokens only as its parser asks for them, so an
 * error here becomes a last token of type `error`, which counts only when the parser gets there.
 */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const push = (type: string, value: string, pos: number, end: number, literal: Value = null) => {
    tokens.push({ type, value, pos, end, literal });
  };
  const text = (from: number, to: number, strip: boolean) => {
    const data = strip ? trimEnd(source.slice(from, to)) : source.slice(from, to);
    if (data !== '') push('data', data, from, to);
  };
  let at = 0;
  while (at < source.length) {
    opening.lastIndex = at;
    const begin = opening.exec(source);
    if (begin === null) {
      text(at, source.length, false);
      at = source.length;
      break;
    }
    const start = begin.index;
    const sign = source[start + 2];
    const inside = start + (sign === '-' || sign === '+' ? 3 : 2);
    text(at, start, sign === '-');
    if (begin[0] === '{#') {
      const end = search(commentEnd, source, inside);
      // Jinja sees an empty rest as the end of the template, not as a comment.
      if (end === null && inside >= source.length) break;
      if (end === null) return failed(tokens, 'Missing end of comment tag', start);
      at = commentEnd.lastIndex;
      continue;
    }
    if (begin[0] === '{%' && matches(rawBegin, source, start)) {
      const bodyStart = rawBegin.lastIndex;
      const end = search(rawEnd, source, bodyStart);
      if (end === null && bodyStart >= source.length) break;
      if (end === null) return failed(tokens, 'Missing end of raw directive', start);
      text(bodyStart, end.index, end[1] === '-');
      at = rawEnd.lastIndex;
      continue;
    }
    const block = begin[0] === '{%';
    push(block ? 'block_begin' : 'variable_begin', begin[0], start, inside);
    const next = tokenizeCode(source, inside, block, tokens);
    if (next === undefined) return tokens;
    at = next;
  }
  push('eof', '', source.length, source.length);
  return tokens;
}

/** Tokens up to the end of a tag; the offset after it, or undefined after an error. */
function tokenizeCode(
  source: string,
  from: number,
  block: boolean,
  tokens: Token[],
): number | undefined {
  const endPattern = block ? blockEnd : variableEnd;
  const brackets: string[] = [];
  let at = from;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (code === 32 || code === 10) {
      at++;
      continue;
    }
    if (brackets.length === 0 && endStarts.has(code) && matches(endPattern, source, at)) {
      const end = endPattern.lastIndex;
      const type = block ? 'block_end' : 'variable_end';
      tokens.push({ type, value: '', pos: at, end, literal: null });
      return end;
    }
    if (isSpace(code)) {
      at++;
      continue;
    }
    const token = readToken(source, at);
    if (token.type === 'error') {
      tokens.push(token);
      return undefined;
    }
    const closer = token.literal === null ? closers.get(token.value) : undefined;
    if (closer !== undefined) brackets.push(closer);
    else if (token.type === 'rbrace' || token.type === 'rparen' || token.type === 'rbracket') {
      const expected = brackets.pop();
      if (expected !== token.value) {
        const also = expected === undefined ? '' : `, expected '${expected}'`;
        failed(tokens, `unexpected '${token.value}'${also}`, at);
        return undefined;
      }
    }
    tokens.push(token);
    at = token.end;
  }
  return at;
}

function readToken(source: string, at: number): Token {
  const code = source.charCodeAt(at);
  if (code >= 48 && code <= 57) return readNumber(source, at);
  if (code === 34 || code === 39) {
    if (!matches(string, source, at)) return unexpected(source, at);
    const end = string.lastIndex;
    return readString(source.slice(at + 1, end - 1), at, end);
  }
  if (matches(asciiName, source, at) && !(source.charCodeAt(asciiName.lastIndex) > 127)) {
    const end = asciiName.lastIndex;
    return { type: 'name', value: source.slice(at, end), pos: at, end, literal: null };
  }
  if (matches(anyName, source, at)) {
    const end = anyName.lastIndex;
    const value = source.slice(at, end);
    if (!identifier.test(value)) return errorToken('Invalid character in identifier', at);
    return { type: 'name', value, pos: at, end, literal: null };
  }
  for (const length of [2, 1]) {
    const value = source.slice(at, at + length);
    const type = operators.get(value);
    if (type !== undefined) return { type, value, pos: at, end: at + value.length, literal: null };
  }
  return unexpected(source, at);
}

function readNumber(source: string, at: number): Token {
  if (matches(float, source, at)) {
    const end = float.lastIndex;
    const value = source.slice(at, end);
    const literal = makeFloat(Number(value.replaceAll('_', '')));
    return { type: 'float', value, pos: at, end, literal };
  }
  matches(integer, source, at);
  const end = integer.lastIndex;
  const value = source.slice(at, end);
  return {
    type: 'integer',
    value,
    pos: at,
    end,
    literal: makeInt(BigInt(value.replaceAll('_', ''))),
  };
}

function readString(body: string, pos: number, end: number): Token {
  if (!body.includes('\\')) return { type: 'string', value: body, pos, end, literal: body };
  try {
    const literal = unescapeString(body);
    return { type: 'string', value: literal, pos, end, literal };
  } catch (error) {
    const fault = pythonFault(error);
    if (fault instanceof PythonFault) return errorToken(fault.message, pos);
    throw error;
  }
}

function unexpected(source: string, at: number): Token {
  const character = String.fromCodePoint(source.codePointAt(at)!);
  return errorToken(`unexpected char ${reprString(character)} at ${at}`, at);
}

function errorToken(message: string, pos: number): Token {
  return { type: 'error', value: message, pos, end: pos, literal: null };
}

function failed(tokens: Token[], message: string, pos: number): Token[] {
  tokens.push(errorToken(message, pos));
  return tokens;
}

function matches(pattern: RegExp, source: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(source);
}

function search(pattern: RegExp, source: string, from: number): RegExpExecArray | null {
  pattern.lastIndex = from;
  return pattern.exec(source);
}
