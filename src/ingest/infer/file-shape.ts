import { decompressed, fileBytes, fileKind } from '../read/file-bytes.ts';
import { utf8Text } from '../read/file-text.ts';
import type { Encoding, LandingFormat } from '../source/landing-config.ts';
import { csvShape } from './csv-shape.ts';
import { jsonShape } from './json-shape.ts';

/** How a file is to be read, as far as its bytes show. */
export interface FileShape {
  readonly format: LandingFormat;
  /** Undefined: UTF-8, or UTF-16 with a byte order mark. */
  readonly encoding: Encoding | undefined;
  /** Of CSV. */
  readonly delimiter: string;
  /** Of CSV: whether the first record has the names of the columns. */
  readonly header: boolean;
  /** Of CSV: fields of the first record. */
  readonly first: readonly string[];
  /** Of JSON: keys that lead to the array of records. */
  readonly records: readonly string[];
  readonly isEmpty: boolean;
}

/** What the user says of the files, over what they show. */
export interface KnownShape {
  readonly encoding?: Encoding | undefined;
  readonly delimiter?: string | undefined;
  readonly header?: boolean | undefined;
}

type Refuse = (problem: string, hint?: string) => never;

const headBytes = 1 << 18;
/** A JSON file that is one object is read whole to find its records. */
const wholeBytes = 256 << 20;

/** Looks at the first bytes of a file, and at all of them for its encoding. */
export async function fileShape(
  file: { readonly absolutePath: string; readonly path: string; readonly size: number },
  known: KnownShape,
  refuse: Refuse,
): Promise<FileShape> {
  const { absolutePath, size, path } = file;
  const plain = {
    encoding: undefined,
    delimiter: ',',
    header: true,
    first: [],
    records: [],
    isEmpty: false,
  };
  if (await isParquet(file)) return { ...plain, format: 'parquet' };
  const bytes = () => decompressed(fileBytes(absolutePath, size), 'auto', refuse, () => undefined);
  const encoding = known.encoding ?? (await foundEncoding(bytes()));
  const text = () => utf8Text(bytes(), encoding, refuse, () => undefined);
  const head = withoutMark(await firstText(text(), headBytes));
  const isEmpty = head.trim() === '';
  const looksLikeJson = /^\s*[[{]/.test(head);
  const named = /\.(csv|tsv|json|jsonl|ndjson)(\.gz|\.zst)?$/i.exec(path)?.[1]?.toLowerCase();
  if (isEmpty) {
    const format =
      named === 'json' ? 'json' : named?.endsWith('l') || named === 'ndjson' ? 'jsonl' : 'csv';
    return { ...plain, encoding, format, isEmpty };
  }
  if (looksLikeJson && named !== 'csv' && named !== 'tsv') {
    const found = await jsonShape(head, async () =>
      withoutMark(await firstText(text(), wholeBytes)),
    );
    if (found === undefined)
      refuse(
        'has no records',
        'A JSON file is an array of objects, an object a line, or one object with an array of objects in it.',
      );
    return { ...plain, encoding, ...found! };
  }
  return { ...plain, encoding, format: 'csv', ...csvShape(head, known) };
}

async function isParquet({
  absolutePath,
  size,
}: {
  readonly absolutePath: string;
  readonly size: number;
}): Promise<boolean> {
  for await (const chunk of fileBytes(absolutePath, size)) return fileKind(chunk) === 'parquet';
  return false;
}

/** Bytes that are no UTF-8 are taken for Windows-1252, which has a character for nearly every byte. */
async function foundEncoding(bytes: AsyncIterable<Buffer>): Promise<Encoding | undefined> {
  const text = new TextDecoder('utf-8', { fatal: true });
  let isFirst = true;
  try {
    for await (const chunk of bytes) {
      if (isFirst && isUtf16(chunk)) return hasMark(chunk) ? undefined : 'utf-16';
      isFirst = false;
      text.decode(chunk, { stream: true });
    }
    text.decode();
    return undefined;
  } catch (error) {
    if (error instanceof TypeError) return 'windows-1252';
    throw error;
  }
}

function hasMark(head: Buffer): boolean {
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
}

/** Most characters of tables are of one byte, so the other half of their two is zero. */
function isUtf16(head: Buffer): boolean {
  if (hasMark(head)) return true;
  const part = head.subarray(0, 1000);
  return part.length >= 4 && part.filter((byte) => byte === 0).length > part.length * 0.3;
}

async function firstText(chunks: AsyncIterable<Buffer>, limit: number): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length >= limit) break;
  }
  const all = Buffer.concat(parts);
  if (all.length <= limit) return all.toString('utf8');
  const cut = all.subarray(0, limit);
  return cut.subarray(0, cut.lastIndexOf(0x0a) + 1 || cut.length).toString('utf8');
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
