import { tsdbtError } from '../errors/tsdbt-error.ts';
import { sourceText } from './source-text.ts';

export type RawBlockKind = 'macro' | 'test' | 'materialization' | 'snapshot' | 'docs';

/** A top-level block of a file of macros, tests, snapshots or docs, not parsed yet. */
export interface RawBlock {
  readonly kind: RawBlockKind;
  readonly name: string;
  /** From the opening tag to the closing one. */
  readonly text: string;
  /** What is between the two tags. */
  readonly contents: string;
  readonly line: number;
  /** The line that the contents begin on. */
  readonly contentsLine: number;
}

interface Tag {
  readonly type: string;
  readonly name: string | undefined;
  readonly start: number;
  readonly end: number;
  /** Where it begins and ends with the blanks that its minus signs take away. */
  readonly blanksStart: number;
  readonly blanksEnd: number;
}

const kinds: ReadonlyMap<string, RawBlockKind> = new Map([
  ['macro', 'macro'],
  ['test', 'test'],
  ['data_test', 'test'],
  ['materialization', 'materialization'],
  ['snapshot', 'snapshot'],
  ['docs', 'docs'],
]);
const controlEnds: ReadonlyMap<string, string> = new Map([
  ['endif', 'if'],
  ['endfor', 'for'],
]);

const opening = /\{[%{#]/g;
const blockStart = /\{%-?\s*([A-Za-z_][A-Za-z_0-9]*)(?:\s+([A-Za-z_][A-Za-z_0-9]*))?/y;
const rawBlock = /\{%-?\s*raw\s*-?%\}[\s\S]*?\{%-?\s*endraw\s*-?%\}/y;
const tagEnd = /['"]|%\}/g;
const expressionEnd = /['"]|\}\}/g;
const string = /'[^'\\]*(?:\\[\s\S][^'\\]*)*'|"[^"\\]*(?:\\[\s\S][^"\\]*)*"/y;

/**
 * Splits a file into its top-level blocks. Text outside of them is ignored; a block inside another
 * or inside `if` or `for`, and one that is not closed, is an error.
 */
export function extractBlocks(source: string, options: { file: string }): readonly RawBlock[] {
  const text = source.replace(/\r\n?/g, '\n');
  const { locate } = sourceText(options.file, text);
  const fail = (message: string, pos: number, hint?: string): never => {
    throw tsdbtError('jinja-syntax', { message, hint }, { location: locate(pos) });
  };
  const blocks: RawBlock[] = [];
  const control: Tag[] = [];
  let current: Tag | undefined;
  for (const tag of findTags(text, fail)) {
    const { type } = tag;
    if (type === 'if' || type === 'for') {
      control.push(tag);
    } else if (controlEnds.has(type)) {
      const open = control.pop();
      const wanted = controlEnds.get(type)!;
      if (open === undefined)
        fail(`Got {% ${type} %} where no {% ${wanted} %} is open.`, tag.start);
      else if (open.type !== wanted) {
        const { line } = locate(open.start);
        fail(`Got {% ${type} %}, but {% ${open.type} %} of line ${line} is still open.`, tag.start);
      }
    } else if (kinds.has(type)) {
      if (control.length > 0) {
        fail(
          `The ${type} block is inside {% ${control.at(-1)!.type} %}: blocks must be at the top level.`,
          tag.start,
        );
      }
      if (current !== undefined) {
        const { line } = locate(current.start);
        fail(
          `The ${type} block is inside the ${current.type} block of line ${line}.`,
          tag.start,
          `Close the first with {% end${current.type} %} before you open the second.`,
        );
      }
      if (tag.name === undefined) fail(`This ${type} block has no name.`, tag.start);
      current = tag;
    } else if (current !== undefined && type === `end${current.type}`) {
      blocks.push({
        kind: kinds.get(current.type)!,
        name: current.name!,
        text: text.slice(current.start, tag.end),
        contents: text.slice(current.blanksEnd, tag.blanksStart),
        line: locate(current.start).line,
        contentsLine: locate(current.blanksEnd).line,
      });
      current = undefined;
    }
  }
  if (current !== undefined) {
    const { type, start } = current;
    fail(`This ${type} block is not closed.`, start, `Close it with {% end${type} %}.`);
  }
  return blocks;
}

type Fail = (message: string, pos: number, hint?: string) => never;

/** The statement tags of a text, without those in comments, strings and raw blocks. */
function* findTags(text: string, fail: Fail): Generator<Tag> {
  let at = 0;
  for (;;) {
    opening.lastIndex = at;
    const begin = opening.exec(text);
    if (begin === null) return;
    const start = begin.index;
    if (begin[0] === '{#') {
      const end = text.indexOf('#}', start + 2);
      if (end === -1) fail('This comment is not closed.', start, 'Close it with #}.');
      at = end + 2;
      continue;
    }
    if (begin[0] === '{{') {
      at = skipTo(expressionEnd, text, start, fail, '}}');
      continue;
    }
    rawBlock.lastIndex = start;
    if (rawBlock.test(text)) {
      at = rawBlock.lastIndex;
      continue;
    }
    blockStart.lastIndex = start;
    const match = blockStart.exec(text);
    if (match === null) {
      at = start + 2;
      continue;
    }
    const type = match[1]!;
    if (type === 'raw') fail('This raw block is not closed.', start, 'Close it with {% endraw %}.');
    at = skipTo(tagEnd, text, start, fail, '%}');
    yield { type, name: match[2], start, end: at, ...aroundBlanks(text, start, at) };
  }
}

function aroundBlanks(text: string, start: number, end: number) {
  let [from, to] = [start, end];
  if (text[start + 2] === '-') while (from > 0 && /\s/.test(text[from - 1]!)) from--;
  if (text[end - 3] === '-') while (to < text.length && /\s/.test(text[to]!)) to++;
  return { blanksStart: from, blanksEnd: to };
}

/** The offset after the end of a tag or expression, skipping strings. */
function skipTo(pattern: RegExp, text: string, start: number, fail: Fail, closer: string): number {
  let at = start + 2;
  for (;;) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null)
      return fail(
        `This ${text.slice(start, start + 2)} is not closed.`,
        start,
        `Close it with ${closer}.`,
      );
    if (match[0] === closer) return pattern.lastIndex;
    string.lastIndex = match.index;
    if (!string.test(text)) return fail('This string is not closed.', match.index);
    at = string.lastIndex;
  }
}
