import { isUtf8 } from 'node:buffer';

/** Records of a file and the lines that records of several lines take, counted without our reader. */
export interface Counted {
  /** Undefined where the manual does not say how many there are. */
  readonly records: number | undefined;
  /** The text of records of several lines, in which there may be what once was a row of its own. */
  readonly spans: readonly string[];
}

/** Records of a CSV file with a header and a number of columns, as docs/landing.md says. */
export function countCsv(bytes: Buffer, columns: number): Counted {
  const text = withoutMark(bytes).toString('latin1');
  const lines = [...text.matchAll(/([^\r\n]*)(\r\n|\r|\n|$)/g)]
    .filter(([whole], index, all) => whole !== '' || index < all.length - 1)
    .map((match) => ({ text: match[1]!, at: match.index }));
  const spans: string[] = [];
  let at = lines.findIndex((line) => line.text !== '');
  if (at === -1) return { records: 0, spans };
  const header = fieldsOf(lines[at]!.text).join('\0');
  let records = 0;
  for (at++; at < lines.length; ) {
    const line = lines[at]!;
    const match = recordAt(text, line.at);
    const taken = match === undefined ? 1 : match.split(/\r\n|\r|\n/).length;
    const more = lines.slice(at + 1, at + taken);
    if (line.text === '') {
      at++;
      continue;
    }
    const fields = fieldsOf(match ?? line.text);
    const areRows = more.every(
      (one) => one.text === '' || isBad(one.text) || isRow(one.text, columns),
    );
    const isOne = taken === 1 || (fields.length !== columns && areRows);
    if (!isOne) spans.push(match ?? '');
    if (fields.join('\0') !== header) records++;
    at += isOne ? 1 : taken;
  }
  return { records, spans };
}

/** Records of a file with an object a line: every line that is not blank. */
export function countJsonl(bytes: Buffer): Counted {
  const lines = withoutMark(bytes)
    .toString('utf8')
    .split(/\r\n|\r|\n/);
  return { records: lines.filter((line) => line.trim() !== '').length, spans: [] };
}

/** Elements of a JSON array; nobody knows how many there are in text that is no JSON. */
export function countJson(bytes: Buffer): Counted {
  const unknown = { records: undefined, spans: [] };
  const text = withoutMark(bytes);
  if (!isUtf8(text)) return unknown;
  try {
    const parsed: unknown = JSON.parse(text.toString('utf8'));
    return Array.isArray(parsed) ? { records: parsed.length, spans: [] } : unknown;
  } catch {
    return unknown;
  }
}

/** How often a text occurs in another. */
export function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}

const field = '(?:"(?:[^"]|"")*"|[^",\\r\\n][^,\\r\\n]*|)';
const record = new RegExp(`${field}(?:,${field})*(?=[\\r\\n]|$)`, 'y');

/** The text of the well-formed record at a position. */
function recordAt(text: string, at: number): string | undefined {
  record.lastIndex = at;
  return record.exec(text)?.[0];
}

/** Whether a line by itself is a row: quotes that are not those of whole fields count as text. */
function isRow(line: string, columns: number): boolean {
  const isWhole = recordAt(line, 0) === line;
  return (isWhole ? fieldsOf(line) : line.split(',')).length === columns;
}

function fieldsOf(text: string): readonly string[] {
  if (recordAt(text, 0) !== text) return [text];
  return [...text.matchAll(new RegExp(`(?:^|,)(${field})`, 'g'))].map(([, one = '']) =>
    one.startsWith('"') ? one.slice(1, -1).replaceAll('""', '"') : one,
  );
}

/** Whether a line is no text: then it says nothing about the lines beside it. */
function isBad(line: string): boolean {
  return line.includes('\0') || !isUtf8(Buffer.from(line, 'latin1'));
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).toString('hex') === 'efbbbf' ? bytes.subarray(3) : bytes;
}
