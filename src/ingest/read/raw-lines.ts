import { open } from 'node:fs/promises';
import { rawText } from './landing-record.ts';

const LF = 0x0a;
const CR = 0x0d;
const chunkBytes = 1 << 20;

/**
 * Reads the text of some lines of a plain file (see `scan-csv.ts`). `wanted` holds line numbers
 * from 1 in rising order; the answer has one text for each.
 */
export async function readRawLines(
  absolutePath: string,
  wanted: readonly number[],
): Promise<readonly string[]> {
  const texts: string[] = [];
  if (wanted.length === 0) return texts;
  const file = await open(absolutePath, 'r');
  let buffer = Buffer.allocUnsafe(2 * chunkBytes);
  let kept = 0;
  let line = 1;
  let next = wanted[0]!;
  try {
    for (let position = 0; ; ) {
      if (buffer.length < kept + chunkBytes) {
        buffer = Buffer.concat([buffer.subarray(0, kept)], 2 * (kept + chunkBytes));
      }
      const { bytesRead } = await file.read(buffer, kept, chunkBytes, position);
      const bytes = buffer.subarray(0, kept + bytesRead);
      let start = position === 0 && hasBom(bytes) ? 3 : 0;
      position += bytesRead;
      for (;;) {
        const found = bytes.indexOf(LF, start);
        if (found === -1 && bytesRead > 0) break;
        const end = found === -1 ? bytes.length : found;
        if (line === next) {
          const to = end > start && bytes[end - 1] === CR ? end - 1 : end;
          texts.push(rawText(bytes.subarray(start, to)));
          if (texts.length === wanted.length) return texts;
          next = wanted[texts.length]!;
        }
        line++;
        if (found === -1) return texts;
        start = found + 1;
      }
      kept = bytes.length - start;
      bytes.copyWithin(0, start);
    }
  } finally {
    await file.close();
  }
}

function hasBom(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
