import type { RecordLayout } from './header.ts';
import { rawLimit } from './landing-record.ts';
import type { PhysicalLine } from './split-lines.ts';

/** A record of a CSV file, or the reason why it is none. */
export interface ParsedRecord {
  /** Physical lines that the record takes. */
  readonly lines: number;
  /** The text of the record; '' for one line that is malformed. */
  readonly raw: string;
  readonly fields: readonly string[] | null;
  readonly problem: string | null;
}

export interface CsvRules {
  readonly delimiter: string;
  readonly quote: string;
  readonly maxLineBytes: number;
  readonly refuse: (problem: string) => never;
}

/** Longest text that is searched for the end of a quoted field, at least. */
const lookAhead = 64 << 20;

/**
 * The record that starts at `queue[at]`, or 'more' when its end is not in the queue yet. Without a
 * layout the record is the header.
 *
 * A quoted field is read to the quote that closes it, also when it is longer than a record may be:
 * its lines are then part of one malformed record, never records themselves. The quote of a field
 * that is closed nowhere, or closed so that no record results, costs its own line only.
 */
export function parseCsvRecord(
  queue: readonly PhysicalLine[],
  at: number,
  rules: CsvRules,
  layout: RecordLayout | undefined,
  final: boolean,
): ParsedRecord | 'more' {
  const first = queue[at]!;
  const text = shownText(first, rules);
  if (text === undefined) return unreadableLine(queue, at, rules, final);
  if (rules.quote !== '' && text.includes(rules.quote)) {
    return parseQuoted(queue, at, rules, layout, final);
  }
  if (first.text === null) return malformed(first.problem ?? 'it is no text');
  const fields = text.split(rules.delimiter);
  const problem = countProblem(fields.length, layout);
  return problem === undefined
    ? { lines: 1, raw: text, fields, problem: null }
    : malformed(problem);
}

/**
 * The text of a line, also of one with bytes that are no text: its delimiters and quotes are where
 * they are in the file. Undefined for a line of which only a part was kept.
 */
function shownText(
  { text, raw, length }: PhysicalLine,
  { maxLineBytes }: Pick<CsvRules, 'maxLineBytes'>,
): string | undefined {
  return text ?? (length <= Math.min(rawLimit, maxLineBytes) ? raw : undefined);
}

/** A line of which only a part was kept: with an open quote it goes on to the line that closes it. */
function unreadableLine(
  queue: readonly PhysicalLine[],
  at: number,
  rules: CsvRules,
  final: boolean,
): ParsedRecord | 'more' {
  const first = queue[at]!;
  const own = malformed(first.problem ?? 'it is no text');
  if (first.quotes % 2 === 0) return own;
  let bytes = first.length;
  let raw = first.raw;
  for (let lines = 1; ; lines++) {
    const next = queue[at + lines];
    if (next === undefined) return final || bytes > lookAhead ? own : 'more';
    bytes += next.length;
    if (raw.length <= rawLimit) raw += `\n${next.text ?? next.raw}`;
    if (quotesOf(next, rules.quote) % 2 === 1) {
      return { ...own, lines: lines + 1, raw };
    }
  }
}

function quotesOf({ text, quotes }: PhysicalLine, quote: string): number {
  return text === null ? quotes : text.split(quote).length - 1;
}

function parseQuoted(
  queue: readonly PhysicalLine[],
  at: number,
  rules: CsvRules,
  layout: RecordLayout | undefined,
  final: boolean,
): ParsedRecord | 'more' {
  const { delimiter, quote, maxLineBytes, refuse } = rules;
  const fields: string[] = [];
  const first = queue[at]!;
  let text = shownText(first, rules)!;
  let raw = text;
  let lines = 1;
  let bytes = first.length;
  /** Why a line of the record is no text, once there is one. */
  let flaw = first.problem;
  const malformedLine = (problem: string) => malformed(first.problem ?? problem);
  for (let i = 0; ; ) {
    if (text[i] !== quote) {
      const stop = text.indexOf(delimiter, i);
      fields.push(stop === -1 ? text.slice(i) : text.slice(i, stop));
      if (stop === -1) break;
      i = stop + 1;
      continue;
    }
    i++;
    let value = '';
    for (;;) {
      const stop = text.indexOf(quote, i);
      if (stop !== -1) {
        value += text.slice(i, stop);
        i = stop + 1;
        if (text[i] !== quote) break;
        value += quote;
        i++;
        continue;
      }
      const line = queue[at + lines - 1]!;
      const next = queue[at + lines];
      if (next === undefined && !final) {
        if (bytes > Math.max(lookAhead, 16 * maxLineBytes)) {
          refuse(
            `has a quote on line ${first.number} that is not closed within ${bytes} bytes: it can't be said where the next record starts`,
          );
        }
        return 'more';
      }
      if (next === undefined) return malformedLine(notClosed(fields.length + 1));
      bytes += line.end.length + next.length;
      value += text.slice(i) + line.end;
      raw += line.end + (next.text ?? next.raw);
      lines++;
      flaw ??= next.problem;
      const more = shownText(next, rules);
      // Where the text of this line is not at hand, its quotes say whether the field ends on it.
      if (more === undefined && next.quotes % 2 === 1) {
        return { lines, raw, fields: null, problem: flaw };
      }
      text = more ?? '';
      i = 0;
    }
    fields.push(value);
    if (i === text.length) break;
    if (text[i] !== delimiter) {
      return malformedLine(
        lines === 1
          ? `there is text after the closing quote of field ${fields.length}`
          : notClosed(fields.length),
      );
    }
    i++;
  }
  const wrong = countProblem(fields.length, layout);
  if (wrong !== undefined && lines > 1 && areRecords(queue, at + 1, lines - 1, rules, layout)) {
    return malformedLine('a quote is not closed on this line');
  }
  const problem =
    flaw ??
    (bytes > maxLineBytes
      ? `the record has ${bytes} bytes, more than max_line_bytes (${maxLineBytes})`
      : wrong);
  return problem === undefined
    ? { lines, raw, fields, problem: null }
    : { lines, raw: lines === 1 ? '' : raw, fields: null, problem };
}

/** Whether each of some lines is a record of its own: then a stray quote spans them. */
function areRecords(
  queue: readonly PhysicalLine[],
  from: number,
  count: number,
  rules: CsvRules,
  layout: RecordLayout | undefined,
): boolean {
  for (let index = from; index < from + count; index++) {
    const { text } = queue[index]!;
    if (text === null || text === '') continue;
    if (countProblem(fieldCount(text, rules), layout) !== undefined) return false;
  }
  return true;
}

/** Number of fields of a line by itself; quotes that are not those of whole fields count as text. */
function fieldCount(text: string, { delimiter, quote }: CsvRules): number {
  if (quote === '' || !text.includes(quote)) return text.split(delimiter).length;
  let count = 0;
  for (let at = 0; at <= text.length; count++) {
    let end = at;
    if (text[at] === quote) {
      do end = text.indexOf(quote, end + 1) + 1;
      while (end > 0 && text[end] === quote);
      if (end === 0 || (end < text.length && text[end] !== delimiter)) {
        return text.split(delimiter).length;
      }
    } else {
      const stop = text.indexOf(delimiter, at);
      end = stop === -1 ? text.length : stop;
    }
    at = end + 1;
  }
  return count;
}

/** A record that goes wrong on one line takes that line only. */
function malformed(problem: string): ParsedRecord {
  return { lines: 1, raw: '', fields: null, problem };
}

function notClosed(field: number): string {
  return `the quote of field ${field} is not closed`;
}

/** What is wrong with a number of fields. Said the same way where the database counts them. */
function countProblem(count: number, layout: RecordLayout | undefined): string | undefined {
  if (layout === undefined || (count >= layout.least && count <= layout.width)) return undefined;
  if (count > layout.width) return `the record has more than ${layout.width} fields`;
  const wanted =
    layout.least === layout.width ? `${layout.width}` : `${layout.least} to ${layout.width}`;
  return `the record has ${count} fields, not ${wanted}`;
}
