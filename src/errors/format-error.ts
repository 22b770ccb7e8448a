import { printable, printableLines } from '../util/printable.ts';
import { codeFrame } from './code-frame.ts';
import type { TsdbtError } from './tsdbt-error.ts';

/** How parts of an error are coloured; the identity where there is no colour. */
export interface ErrorStyle {
  readonly head: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly hint: (text: string) => string;
}

export const plainStyle: ErrorStyle = { head: (t) => t, dim: (t) => t, hint: (t) => t };

/**
 * An error as people read it: place, code and message, the lines around the place, the macro calls
 * that led there, and what to do.
 *
 * ```
 * models/curated/dim.sql:4:10 TS3001: model "dim" refers to "cusotmers", which is not in the project.
 *   > 4 | from {{ ref('cusotmers') }}
 *       |         ^
 *   Did you mean "customers"?
 * ```
 */
export function formatError(error: TsdbtError, style: ErrorStyle = plainStyle): string {
  const lines: string[] = [];
  const place = formatLocation(error);
  const [first = '', ...more] = error.message.split('\n');
  lines.push(`${place === '' ? '' : `${place} `}${style.head(error.code)}: ${printable(first)}`);
  const rest = more.map(printableLines);
  lines.push(...rest.map((line) => (line.startsWith('  ') ? line : `  ${line}`)));
  const { location, sourceText } = error;
  if (location?.line !== undefined && sourceText !== undefined) {
    const frame = codeFrame(sourceText, location.line, location.column);
    if (frame !== '') lines.push(...frame.split('\n').map((line) => style.dim(`  ${line}`)));
  }
  for (const call of error.macroStack) lines.push(style.dim(`  in macro ${printable(call)}`));
  if (error.hint !== undefined)
    lines.push(...error.hint.split('\n').map((l) => `  ${style.hint(printable(l))}`));
  return lines.join('\n');
}

/** `file:line:column`, as far as it is known. */
export function formatLocation(error: TsdbtError): string {
  const { location } = error;
  if (location === undefined || location.file === '') return '';
  return [printable(location.file), location.line, location.column]
    .filter((part) => part !== undefined)
    .join(':');
}
