import { safeUrl } from './shared/safe-url.ts';
import type { MdInline } from './shared/wire.ts';

const maxDepth = 6;
const special = /[\\`*_~[!<\n]|https?:\/\//g;
const punctuation = /[!-/:-@[-`{-~]/;

/** Emphasis, code, links and line breaks within one paragraph, heading or table cell. */
export function parseInline(text: string, depth = 0): MdInline[] {
  const out: MdInline[] = [];
  let plain = '';
  const push = (token: MdInline): void => {
    if (token[0] === 'br') plain = plain.trimEnd();
    if (plain !== '') out.push(plain);
    plain = '';
    out.push(token);
  };
  let at = 0;
  while (at < text.length) {
    special.lastIndex = at;
    const next = special.exec(text)?.index ?? text.length;
    plain += text.slice(at, next);
    at = next;
    if (at >= text.length) break;
    const piece = pieceAt(text, at, depth);
    if (piece === undefined) {
      plain += text[at]!;
      at++;
    } else {
      if (typeof piece.token === 'string') plain += piece.token;
      else push(piece.token);
      at = piece.end;
    }
  }
  if (plain !== '') out.push(plain);
  return out;
}

interface Piece {
  readonly token: MdInline;
  readonly end: number;
}

function pieceAt(text: string, at: number, depth: number): Piece | undefined {
  const char = text[at]!;
  if (char === '\\') {
    if (text[at + 1] === '\n') return { token: ['br'], end: at + 2 };
    if (punctuation.test(text[at + 1] ?? '')) return { token: text[at + 1]!, end: at + 2 };
    return undefined;
  }
  if (char === '\n') return lineEnd(text, at);
  if (char === '`') return code(text, at);
  if (depth >= maxDepth) return undefined;
  if (char === '[') return link(text, at, depth);
  // A picture would be a request to somewhere; its text becomes a link.
  if (char === '!') return text[at + 1] === '[' ? link(text, at + 1, depth) : undefined;
  if (char === '<') return autoLink(text, at);
  if (char === 'h') return bareLink(text, at);
  return emphasis(text, at, depth);
}

function lineEnd(text: string, at: number): Piece {
  const isBreak = text.slice(Math.max(0, at - 2), at) === '  ';
  let end = at + 1;
  while (text[end] === ' ') end++;
  return { token: isBreak ? ['br'] : ' ', end };
}

function code(text: string, at: number): Piece | undefined {
  const ticks = /^`+/.exec(text.slice(at, at + 20))![0];
  let end = at + ticks.length;
  for (;;) {
    end = text.indexOf(ticks, end);
    if (end < 0) return { token: ticks, end: at + ticks.length };
    if (text[end + ticks.length] !== '`' && text[end - 1] !== '`') break;
    while (text[end] === '`') end++;
  }
  const inner = text.slice(at + ticks.length, end).replaceAll('\n', ' ');
  const padded = inner.startsWith(' ') && inner.endsWith(' ') && inner.trim() !== '';
  return { token: ['code', padded ? inner.slice(1, -1) : inner], end: end + ticks.length };
}

function link(text: string, at: number, depth: number): Piece | undefined {
  const close = matching(text, at, '[', ']');
  if (close < 0 || text[close + 1] !== '(') return undefined;
  const end = matching(text, close + 1, '(', ')');
  if (end < 0) return undefined;
  const inside = text.slice(close + 2, end).trim();
  const target = /^<([^<>]*)>|^(\S*)/.exec(inside)!;
  const label = parseInline(text.slice(at + 1, close), depth + 1);
  const url = safeUrl((target[1] ?? target[2] ?? '').replace(/\\([!-/:-@[-`{-~])/g, '$1'));
  // An unsafe target loses its link; the words stay.
  return {
    token: url === undefined ? ['em', label] : ['a', url, withoutLinks(label)],
    end: end + 1,
  };
}

/** Place of the bracket that closes the one at `at`, or -1. Looks a few thousand characters ahead. */
function matching(text: string, at: number, open: string, close: string): number {
  let depth = 0;
  const limit = Math.min(text.length, at + 4000);
  for (let i = at; i < limit; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === open) depth++;
    else if (text[i] === close && --depth === 0) return i;
  }
  return -1;
}

function withoutLinks(tokens: readonly MdInline[]): MdInline[] {
  return tokens.flatMap((token): MdInline[] =>
    typeof token !== 'string' && token[0] === 'a' ? withoutLinks(token[2]) : [token],
  );
}

function autoLink(text: string, at: number): Piece | undefined {
  const match = /^<((?:https?:\/\/|mailto:)[^\s<>\ufffd]{1,2000})>/i.exec(
    text.slice(at, at + 2100),
  );
  const url = match ? safeUrl(match[1]!) : undefined;
  return match && url ? { token: ['a', url, [match[1]!]], end: at + match[0].length } : undefined;
}

function bareLink(text: string, at: number): Piece | undefined {
  if (/[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ')) return undefined;
  const match = /^https?:\/\/[^\s<>`"'\ufffd]{1,2000}/.exec(text.slice(at, at + 2100));
  const shown = match?.[0].replace(/[.,;:!?)\]*_]+$/, '');
  const url = shown === undefined ? undefined : safeUrl(shown);
  return shown && url ? { token: ['a', url, [shown]], end: at + shown.length } : undefined;
}

function emphasis(text: string, at: number, depth: number): Piece | undefined {
  const char = text[at]!;
  const run = runLength(text, at, char);
  const before = text[at - 1] ?? ' ';
  const after = text[at + run] ?? ' ';
  if (/\s/.test(after) || (char === '_' && /[\p{L}\p{N}]/u.test(before)))
    return { token: char.repeat(run), end: at + run };
  const size = char === '~' ? 2 : Math.min(run, 2);
  if (run < size) return undefined;
  const end = closing(text, at + size, char, size);
  if (end < 0) return { token: char.repeat(run), end: at + run };
  const inner = parseInline(text.slice(at + size, end), depth + 1);
  const kind = char === '~' ? 'del' : size === 2 ? 'strong' : 'em';
  return { token: [kind, inner], end: end + size };
}

function closing(text: string, from: number, char: string, size: number): number {
  const limit = Math.min(text.length, from + 4000);
  for (let i = from; i < limit; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === char) {
      const run = runLength(text, i, char);
      const fits = run === size || run === 3 || (run > size && size === 1 && run % 2 === 1);
      const wordGoesOn = char === '_' && /[\p{L}\p{N}]/u.test(text[i + run] ?? ' ');
      if (fits && i > from && !/\s/.test(text[i - 1]!) && !wordGoesOn) return i + (run - size);
      i += run - 1;
    }
  }
  return -1;
}

function runLength(text: string, at: number, char: string): number {
  let end = at;
  while (text[end] === char) end++;
  return end - at;
}
