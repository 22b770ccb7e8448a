import { readFileSync } from 'node:fs';
import { parseCsvRecord } from './parse-csv-record.ts';
import { LineSplitter } from './split-lines.ts';

/**
 * The lines on which records of a CSV file with a header start, by the number of the record behind
 * the header, from 1. A blank line is a record only where there is one column, as to the database.
 */
export function recordLines(
  path: string,
  delimiter: string,
  columns: number,
  wanted: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const maxLineBytes = Number.MAX_SAFE_INTEGER;
  const lines = new LineSplitter(maxLineBytes, '"');
  const queue = [...lines.push(readFileSync(path)), ...lines.end()];
  const refuse = (problem: string): never => {
    throw new Error(problem);
  };
  const rules = { delimiter, quote: '"', maxLineBytes, refuse };
  let record = -1;
  for (let at = 0; at < queue.length && found.size < wanted.size; ) {
    const line = queue[at]!;
    if (line.text === '' && (record === -1 || columns > 1)) {
      at++;
      continue;
    }
    const parsed = parseCsvRecord(queue, at, rules, undefined, true);
    record++;
    if (wanted.has(record)) found.set(record, line.number);
    at += parsed === 'more' ? 1 : parsed.lines;
  }
  return found;
}
