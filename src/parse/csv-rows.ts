import { mappingKey } from '../util/mapping-key.ts';
/** The rows of a small CSV text as dictionaries; an empty field is null. Quotes as in RFC 4180. */
export function parseCsvRows(text: string): Record<string, string | null>[] {
  const [header = [], ...records] = csvRecords(text.trim());
  const names = header.map((name) => name.trim());
  return records.map((record) =>
    Object.fromEntries(
      names.map((name, i) => [mappingKey(name), record[i] === '' ? null : (record[i] ?? null)]),
    ),
  );
}

function csvRecords(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^,\r\n]*))(,|\r?\n|$)/y;
  while (field.lastIndex <= text.length) {
    const match = field.exec(text);
    if (match === null) break;
    record.push(match[1] === undefined ? match[2]!.trim() : match[1].replaceAll('""', '"'));
    if (match[3] !== ',') {
      if (record.length > 1 || record[0] !== '') records.push(record);
      record = [];
    }
    if (match[3] === '') break;
  }
  return records;
}
