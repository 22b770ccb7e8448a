import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { LandingConfig } from '../source/landing-config.ts';
import { decompressed, fileBytes } from './file-bytes.ts';
import { utf8Text } from './file-text.ts';
import { recordLayout } from './header.ts';
import { type JsonReader, jsonReader, type OnUnknownKey } from './json-fields.ts';
import type { LandingRecord, RecordSplitter } from './landing-record.ts';
import { CsvSplitter } from './split-csv.ts';
import { JsonArraySplitter } from './split-json-array.ts';
import { JsonPathSplitter } from './split-json-path.ts';
import { JsonlSplitter } from './split-jsonl.ts';

/** What reading a file to its end shows about it. */
export interface FileFacts {
  readonly sha256: string;
  readonly bytes: number;
}

/** A file to read; `path` names it in errors, `size` is its size when it was listed. */
export interface ReadRequest {
  readonly absolutePath: string;
  readonly path: string;
  readonly size: number;
  readonly landing: LandingConfig;
  readonly onUnknownKey: OnUnknownKey;
  /** Called with things to know about the file that are no errors. */
  readonly onNotice: (notice: string) => void;
  /** Called with how the file is read although nothing declares it: `compressed with gzip`. */
  readonly onDetected: (what: string) => void;
}

/**
 * Reads a file in chunks and hands its records to `take`, group by group, in order. Memory does not
 * grow with the file. Throws `landing-file-unreadable` or `landing-header-mismatch`.
 */
export async function readRecords(
  request: ReadRequest,
  take: (records: readonly LandingRecord[]) => Promise<void>,
): Promise<FileFacts> {
  const { absolutePath, path, size, landing, onDetected } = request;
  const refuse = (problem: string, hint?: string): never => {
    throw tsdbtError(
      'landing-file-unreadable',
      { file: path, problem },
      hint === undefined ? {} : { hint },
    );
  };
  const { splitter, finish } = splitterOf(request, refuse);
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = async function* () {
    for await (const chunk of fileBytes(absolutePath, size)) {
      bytes += chunk.length;
      hash.update(chunk);
      yield chunk;
    }
  };
  const text = utf8Text(
    decompressed(counted(), landing.compression, refuse, onDetected),
    landing.encoding,
    refuse,
    onDetected,
  );
  for await (const part of text) {
    const records = splitter.push(part);
    if (records.length > 0) await take(records);
  }
  const last = splitter.end();
  if (last.length > 0) await take(last);
  finish();
  return { sha256: hash.digest('hex'), bytes };
}

interface FileSplitter {
  readonly splitter: RecordSplitter;
  /** Called after the last record. */
  readonly finish: () => void;
}

function splitterOf(
  request: ReadRequest,
  refuse: (problem: string, hint?: string) => never,
): FileSplitter {
  const { landing } = request;
  if (landing.format === 'csv') return csvSplitter(request, refuse);
  const reader = jsonReader(landing, unknownKeyRule(landing, request.path, request.onUnknownKey));
  const finish = () => refuseMissing(request, reader);
  if (landing.format === 'jsonl') {
    return { splitter: new JsonlSplitter(reader, landing.maxLineBytes), finish };
  }
  const rules = {
    reader,
    maxBytes: landing.maxLineBytes,
    refuse,
    onIncomplete: (problem: string) => {
      if (landing.incompleteFile === 'warn') request.onNotice(`${request.path}: ${problem}.`);
      else {
        refuse(
          `is not a whole JSON array: ${problem}`,
          'Nothing of this delivery was loaded. With `incomplete_file: warn` the records that can be told apart are.',
        );
      }
    },
  };
  const splitter =
    landing.records.length > 0
      ? new JsonPathSplitter(landing.records, rules)
      : new JsonArraySplitter(rules);
  return { splitter, finish };
}

/** What is done with keys that are not declared: told, or with `new_column: fail` an error. */
export function unknownKeyRule(
  landing: LandingConfig,
  path: string,
  onUnknownKey: OnUnknownKey,
): OnUnknownKey {
  if (landing.newColumn !== 'fail') return onUnknownKey;
  return (key) => {
    throw tsdbtError('landing-header-mismatch', {
      file: path,
      missing: [],
      unexpected: [key],
      near: undefined,
    });
  };
}

function csvSplitter(
  { landing, path, onNotice, onUnknownKey }: ReadRequest,
  refuse: (problem: string, hint?: string) => never,
): FileSplitter {
  const repeated: number[] = [];
  const splitter = new CsvSplitter({
    ...landing,
    layout: (header) => {
      const layout = recordLayout(header, landing, path);
      for (const { name } of [...layout.ignored, ...layout.extras]) onUnknownKey(name);
      return layout;
    },
    onRepeatedHeader: (line) => void repeated.push(line),
    refuse: (problem) => refuse(problem, encodingHint(problem)),
  });
  const finish = () => {
    if (repeated.length === 0) return;
    const lines = repeated.slice(0, 5).join(', ');
    onNotice(
      `${path} repeats its header on line ${lines}${repeated.length > 5 ? ' and others' : ''}: no record.`,
    );
  };
  return { splitter, finish };
}

function encodingHint(problem: string): string | undefined {
  if (problem.includes('UTF-8')) {
    return 'Is it Latin-1 or Windows-1252? Then declare `landing.encoding: windows-1252`. Nothing of this delivery was loaded.';
  }
  if (problem.includes('NUL')) {
    return 'Is it UTF-16? Then declare `landing.encoding: utf-16`. Nothing of this delivery was loaded.';
  }
  return undefined;
}

function refuseMissing({ landing, path }: ReadRequest, reader: JsonReader): void {
  if (landing.missingColumn !== 'fail') return;
  const missing = reader.unseen().filter(({ optional }) => !optional);
  if (missing.length === 0) return;
  throw tsdbtError('landing-header-mismatch', {
    file: path,
    missing: missing.map(({ from }) => from),
    unexpected: [],
    near: undefined,
  });
}

/** SHA-256 of a file's content. */
export async function hashFile(absolutePath: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(absolutePath, { highWaterMark: 1 << 20 })) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
