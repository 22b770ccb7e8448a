import { parseInline } from './markdown-inline.ts';
import { visibleText } from './shared/visible-text.ts';
import type { MdAlign, MdBlock, MdCell, MdInline } from './shared/wire.ts';

/** Deeper lists and quotes than this are shown as text: nobody reads them, and they cost stack. */
const maxDepth = 8;

const fence = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/;
const heading = /^ {0,3}(#{1,6})(?:\s+(.*?))?(?:\s+#+)?\s*$/;
const rule = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/;
const quote = /^ {0,3}>\s?/;
const bullet = /^( {0,3})([-*+])(\s+|$)/;
const numbered = /^( {0,3})(\d{1,9})[.)](\s+|$)/;
const tableRule = /^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/**
 * Markdown as a tree of tokens: paragraphs, headings, lists, quotes, code, tables, links. HTML is
 * text like any other, and links go to http, https, mailto, relative paths and `#` only, so
 * whatever a description holds, the page can only show it.
 */
export function parseMarkdown(text: string): MdBlock[] {
  return parseBlocks(
    visibleText(text).replace(/\r\n?/g, '\n').replace(/\t/g, '    ').split('\n'),
    0,
  );
}

/** The words of a parsed text, for search and short previews. */
export function plainText(blocks: readonly MdBlock[]): string {
  return blocks.map(blockText).join(' ').replace(/\s+/g, ' ').trim();
}

function blockText(block: MdBlock): string {
  switch (block[0]) {
    case 'p':
      return inlineText(block[1]);
    case 'h':
      return inlineText(block[2]);
    case 'ul':
      return block[1].map(plainText).join(' ');
    case 'ol':
      return block[2].map(plainText).join(' ');
    case 'pre':
      return block[2];
    case 'quote':
      return plainText(block[1]);
    case 'table':
      return [block[2], ...block[3]].flatMap((row) => row.map(inlineText)).join(' ');
    case 'hr':
      return '';
  }
}

function inlineText(tokens: readonly MdInline[]): string {
  return tokens
    .map((token) => {
      if (typeof token === 'string') return token;
      if (token[0] === 'br') return ' ';
      if (token[0] === 'code') return token[1];
      return inlineText(token[0] === 'a' ? token[2] : token[1]);
    })
    .join('');
}

function parseBlocks(lines: readonly string[], depth: number): MdBlock[] {
  const blocks: MdBlock[] = [];
  let paragraph: string[] = [];
  const flush = (): void => {
    if (paragraph.length > 0) blocks.push(['p', parseInline(paragraph.join('\n').trim())]);
    paragraph = [];
  };
  let at = 0;
  while (at < lines.length) {
    const line = lines[at]!;
    if (line.trim() === '') {
      flush();
      at++;
      continue;
    }
    const fenced = fence.exec(line);
    if (fenced) {
      flush();
      const end = fenceEnd(lines, at + 1, fenced[1]!);
      blocks.push(['pre', fenced[2]!.trim().split(/\s/)[0]!, lines.slice(at + 1, end).join('\n')]);
      at = end + 1;
      continue;
    }
    const head = heading.exec(line);
    if (head) {
      flush();
      blocks.push(['h', head[1]!.length, parseInline(head[2] ?? '')]);
      at++;
      continue;
    }
    if (rule.test(line)) {
      flush();
      blocks.push(['hr']);
      at++;
      continue;
    }
    if (quote.test(line) && depth < maxDepth) {
      flush();
      const end = blockEnd(lines, at, (next) => quote.test(next));
      blocks.push([
        'quote',
        parseBlocks(
          lines.slice(at, end).map((l) => l.replace(quote, '')),
          depth + 1,
        ),
      ]);
      at = end;
      continue;
    }
    if (/^ {4}/.test(line) && paragraph.length === 0) {
      let end = blockEnd(lines, at, (next) => next === '' || /^ {4}/.test(next));
      while (lines[end - 1]!.trim() === '') end--;
      blocks.push([
        'pre',
        '',
        lines
          .slice(at, end)
          .map((l) => l.slice(4))
          .join('\n'),
      ]);
      at = end;
      continue;
    }
    const list = listAt(line);
    if (list && depth < maxDepth && (paragraph.length === 0 || list.start === 1)) {
      flush();
      const parsed = parseList(lines, at, list.ordered, depth);
      blocks.push(list.ordered ? ['ol', list.start, parsed.items] : ['ul', parsed.items]);
      at = parsed.end;
      continue;
    }
    if (paragraph.length === 0 && line.includes('|') && tableRule.test(lines[at + 1] ?? '')) {
      const table = parseTable(lines, at);
      if (table !== undefined) {
        blocks.push(table.block);
        at = table.end;
        continue;
      }
    }
    paragraph.push(line.trimStart());
    at++;
  }
  flush();
  return blocks;
}

function blockEnd(
  lines: readonly string[],
  start: number,
  holds: (line: string) => boolean,
): number {
  let end = start;
  while (end < lines.length && holds(lines[end]!)) end++;
  return end;
}

function fenceEnd(lines: readonly string[], start: number, mark: string): number {
  for (let at = start; at < lines.length; at++) {
    const line = lines[at]!.trim();
    if (line.startsWith(mark) && line === mark[0]!.repeat(line.length)) return at;
  }
  return lines.length;
}

function listAt(line: string): { ordered: boolean; start: number; indent: number } | undefined {
  const dash = bullet.exec(line);
  if (dash) return { ordered: false, start: 1, indent: contentIndent(dash[0], line) };
  const number = numbered.exec(line);
  if (number)
    return { ordered: true, start: Number(number[2]), indent: contentIndent(number[0], line) };
  return undefined;
}

function contentIndent(marker: string, line: string): number {
  // More than four blanks after the marker start indented code within the item.
  return line.length > marker.length && marker.length - marker.trimEnd().length <= 4
    ? marker.length
    : marker.trimEnd().length + 1;
}

function parseList(
  lines: readonly string[],
  start: number,
  ordered: boolean,
  depth: number,
): { items: MdBlock[][]; end: number } {
  const items: MdBlock[][] = [];
  let at = start;
  while (at < lines.length) {
    const first = listAt(lines[at]!);
    if (first === undefined || first.ordered !== ordered || rule.test(lines[at]!)) break;
    const own = [lines[at]!.slice(first.indent)];
    at++;
    while (at < lines.length) {
      const line = lines[at]!;
      if (line.trim() === '') {
        const next = lines[at + 1] ?? '';
        if (next.trim() === '' || indentOf(next) < first.indent) break;
        own.push('');
      } else if (indentOf(line) >= first.indent) own.push(line.slice(first.indent));
      else if (listAt(line) || fence.test(line) || heading.test(line) || quote.test(line)) break;
      else own.push(line.trimStart());
      at++;
    }
    items.push(parseBlocks(own, depth + 1));
    if ((lines[at] ?? '').trim() === '' && listAt(lines[at + 1] ?? '')?.ordered === ordered) at++;
  }
  return { items, end: at };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function parseTable(
  lines: readonly string[],
  start: number,
): { block: MdBlock; end: number } | undefined {
  const head = tableCells(lines[start]!);
  const align = tableCells(lines[start + 1]!).map((cell): MdAlign => {
    const left = cell.startsWith(':');
    const right = cell.endsWith(':');
    return left && right ? 'center' : right ? 'right' : left ? 'left' : '';
  });
  if (align.length !== head.length) return undefined;
  const end = blockEnd(lines, start + 2, (line) => line.includes('|'));
  const rows = lines.slice(start + 2, end).map((line) => {
    const cells = tableCells(line);
    return head.map((_, column): MdCell => parseInline(cells[column] ?? ''));
  });
  return { block: ['table', align, head.map((cell) => parseInline(cell)), rows], end };
}

function tableCells(line: string): string[] {
  const trimmed = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return trimmed.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}
