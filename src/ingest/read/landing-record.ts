/** One record of a landing file, as a splitter gives it. */
export interface LandingRecord {
  /** Number of the record in its file, from 1; header and blank lines are not records. */
  readonly record: number;
  /** Physical line where the record starts, from 1. */
  readonly line: number;
  /** The original text, cut at {@link rawLimit}. */
  readonly raw: string;
  /** Values in the order of the declared columns; null when the record is malformed. */
  readonly fields: readonly (string | null)[] | null;
  /** Why the record is malformed; null when it is not. */
  readonly problem: string | null;
  /** Fields that no column is declared for, as a JSON object; null when there are none. */
  readonly rescued: string | null;
}

/** Gives the records of a file from its bytes, in chunks of any size. */
export interface RecordSplitter {
  push(chunk: Buffer): readonly LandingRecord[];
  /** To be called once after the last chunk. */
  end(): readonly LandingRecord[];
}

/** Longest raw text that is kept of one record, in bytes. */
export const rawLimit = 65_536;

/**
 * The text of a record's bytes that can be stored whatever they are: cut at {@link rawLimit},
 * invalid UTF-8 as U+FFFD, NUL as U+2400.
 */
export function rawText(bytes: Buffer, totalLength = bytes.length): string {
  const kept = bytes.length > rawLimit ? bytes.subarray(0, rawLimit) : bytes;
  const text = kept.toString('utf8').replaceAll('\0', '\u2400');
  return kept.length < totalLength ? `${text}… (cut: ${totalLength} bytes)` : text;
}

/** {@link rawText} for text that is known to be clean; cheap when the text is short. */
export function rawOfText(text: string): string {
  return text.length * 3 <= rawLimit ? text : rawText(Buffer.from(text, 'utf8'));
}
