import { printable } from '../util/printable.ts';

/**
 * The lines around a place in a text, with a caret under the column:
 *
 * ```
 *   3 | select
 * > 4 |   {{ ref('cusotmers') }}
 *     |        ^
 * ```
 * Lines and columns count from 1. Long lines are cut around the column; control characters are
 * shown as `·`, so that a hostile file can't write to the terminal.
 */
export function codeFrame(text: string, line: number, column?: number, context = 2): string {
  const lines = linesOf(text);
  if (line < 1 || line > lines.length) return '';
  const first = Math.max(1, line - context);
  const last = Math.min(lines.length, line + context);
  const width = String(last).length;
  const cut = column !== undefined && column > 120 ? column - 60 : 0;
  const out: string[] = [];
  for (let n = first; n <= last; n++) {
    const shown = printable(lines[n - 1]!.slice(cut, cut + 160));
    const mark = n === line ? '>' : ' ';
    out.push(`${mark} ${String(n).padStart(width)} | ${shown}`.trimEnd());
    if (n === line && column !== undefined) {
      out.push(`  ${' '.repeat(width)} | ${' '.repeat(Math.max(0, column - 1 - cut))}^`);
    }
  }
  return out.join('\n');
}

/** The lines of the text that was asked for last: thousands of errors may be of one file. */
let last: { readonly text: string; readonly lines: readonly string[] } | undefined;

function linesOf(text: string): readonly string[] {
  if (last?.text !== text) last = { text, lines: text.split(/\r\n|\n|\r/) };
  return last.lines;
}

/** Line and column (from 1) of an offset in a text. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', start)) {
    line++;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}
