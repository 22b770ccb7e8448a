import { lineEnd, notPlain, plainScalar, skipBlanks, trimSpaces } from './block-yaml-scalars.ts';

const blockHeader = /[|>](-?) *(?: #.*)?\n/y;
const escapes: Readonly<Record<string, string>> = {
  ...{ '"': '"', '\\': '\\', '/': '/' },
  ...{ n: '\n', t: '\t' },
};

/**
 * The texts below begin at `at`, belong to a key or a dash in column `indent`, and may go over several
 * lines, which stand further in than that column. Each gives its value and the place behind it.
 */

/** A text without quotes, or the word or number it is. */
export function plainText(
  text: string,
  at: number,
  indent: number,
  dbt: boolean,
): [unknown, number] {
  for (let place = at; ; ) {
    const end = lineEnd(text, place);
    const line = text.slice(place, end);
    const comment = line.indexOf(' #');
    const plain = trimSpaces(comment === -1 ? line : line.slice(0, comment));
    if (plain.includes(': ') || plain.endsWith(':')) throw notPlain;
    const behind = place + plain.length;
    const next = comment === -1 ? nextText(text, end) : -1;
    if (next === -1 || columnOf(text, next) <= indent || text[next] === '#')
      return [plainScalar(place === at ? plain : fold(text.slice(at, behind)), dbt), behind];
    place = next;
  }
}

/** A text in quotes, with the escapes that are usual. */
export function quotedText(text: string, at: number, indent: number): [string, number] {
  const quote = text[at]!;
  const isSingle = quote === "'";
  let close = text.indexOf(quote, at + 1);
  while (close !== -1 && (isSingle ? text[close + 1] === quote : isEscaped(text, close)))
    close = text.indexOf(quote, close + (isSingle ? 2 : 1));
  if (close === -1 || !standsUnder(text, at, close, indent)) throw notPlain;
  const inside = fold(text.slice(at + 1, close));
  return [isSingle ? inside.replaceAll("''", "'") : unescaped(inside), close + 1];
}

/** A block text: `|` keeps its line breaks, `>` folds them; with `-` it ends without one. */
export function blockText(text: string, at: number, indent: number): [string, number] {
  blockHeader.lastIndex = at;
  const header = blockHeader.exec(text);
  if (header === null) throw notPlain;
  const isFolded = text[at] === '>';
  let value: string | undefined;
  let behind = at;
  let column = 0;
  let widest = 0;
  let blanks = 0;
  let wasDeeper = false;
  for (let line = blockHeader.lastIndex, end: number; line < text.length; line = end + 1) {
    end = lineEnd(text, line);
    const start = skipBlanks(text, line);
    if (start >= end) {
      blanks++;
      widest = Math.max(widest, start - line);
      continue;
    }
    if (value === undefined) column = start - line;
    else if (start - line < column) break;
    const isDeeper = start - line > column;
    const breaks = isFolded && !isDeeper && !wasDeeper ? blanks : blanks + 1;
    const separator = breaks === 0 ? ' ' : '\n'.repeat(breaks);
    const content = text.slice(line + column, end);
    value = value === undefined ? '\n'.repeat(blanks) + content : value + separator + content;
    behind = end;
    blanks = 0;
    wasDeeper = isDeeper;
  }
  // Blank lines that reach further in than the text are for the full parser.
  if (value === undefined || column <= indent || widest > column) throw notPlain;
  return [header[1] === '-' ? value : `${value}\n`, behind];
}

/** Whether each line that begins between two places is blank or stands further in than `indent`. */
export function standsUnder(text: string, from: number, to: number, indent: number): boolean {
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) {
    const start = skipBlanks(text, at + 1);
    if (start - at - 1 <= indent && text[start] !== '\n') return false;
  }
  return true;
}

/** Where the first line that is not blank behind a line break has its text; -1 when none is. */
function nextText(text: string, newline: number): number {
  let at = newline;
  while (text[at] === '\n') at = skipBlanks(text, at + 1);
  return at < text.length ? at : -1;
}

function columnOf(text: string, at: number): number {
  return at - text.lastIndexOf('\n', at) - 1;
}

function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text[from - 1] === '\\') from--;
  return (at - from) % 2 === 1;
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.)/gs, (_, char: string) => {
    if (!Object.hasOwn(escapes, char)) throw notPlain;
    return escapes[char]!;
  });
}

/** Lines as one: a line break is a space, each one more a line break. */
function fold(text: string): string {
  if (!text.includes('\n')) return text;
  const [first, ...lines] = text.split('\n');
  let value = trimSpaces(first!);
  let breaks = 0;
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1;
    const content = line.slice(skipBlanks(line, 0));
    if (content === '' && !isLast) breaks++;
    else {
      value +=
        (breaks === 0 ? ' ' : '\n'.repeat(breaks)) + (isLast ? content : trimSpaces(content));
      breaks = 0;
    }
  }
  return value;
}
