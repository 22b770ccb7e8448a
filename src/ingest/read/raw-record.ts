import type { LandingConfig } from '../source/landing-config.ts';
import { recordLayout } from './header.ts';
import { jsonReader } from './json-fields.ts';
import type { LandingRecord } from './landing-record.ts';
import { CsvSplitter } from './split-csv.ts';

/** What the text of one record says, without the file it is from. */
export type RawFields = Pick<LandingRecord, 'fields' | 'problem' | 'rescued'>;

/**
 * Reads the stored texts of quarantined records as the source declares them today. `header` is that of
 * their file, null where it has none. Throws `landing-header-mismatch` when that header is none of the
 * source any more.
 */
export function rawRecordReader(
  landing: LandingConfig,
  header: readonly string[] | null,
  file: string,
): (raw: string) => RawFields {
  if (landing.format !== 'csv') return jsonReader(landing, () => undefined).read;
  const layout = recordLayout(header, landing, file);
  return (raw) => {
    const splitter = new CsvSplitter({
      ...landing,
      header: false,
      skipRows: 0,
      skipFooter: 0,
      comment: '',
      layout: () => layout,
      refuse: (problem) => {
        throw new Error(problem);
      },
    });
    const [record, ...more] = [...splitter.push(Buffer.from(raw, 'utf8')), ...splitter.end()];
    if (record === undefined) return malformed('it has no fields');
    return more.length === 0 ? record : malformed(record.problem ?? 'it is more than one record');
  };
}

function malformed(problem: string): RawFields {
  return { fields: null, problem, rescued: null };
}

/** Whether a stored text is the record, byte by byte: not cut, and without replaced characters. */
export function isWholeText(raw: string): boolean {
  return !/[\ufffd\u2400]|… \(cut: \d+ bytes\)$/.test(raw);
}
