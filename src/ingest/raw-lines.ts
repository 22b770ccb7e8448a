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
  let rest = Buffer.alloc(0);
  let line = 1;
  try {
    for (let position = 0; texts.length < wanted.length; ) {
      const chunk = Buffer.allocUnsafe(chunkBytes);
      const { bytesRead } = await file.read(chunk, 0, chunkBytes, position);
      position += bytesRead;
      const part = chunk.subarray(0, bytesRead);
      const bytes = rest.length === 0 ? part : Buffer.concat([rest, part]);
      let start = 0;
      for (;;) {
        const found = bytes.indexOf(LF, start);
        if (found === -1 && bytesRead > 0) break;
        const end = found === -1 ? bytes.length : found;
        if (line === wanted[texts.length]) {
          const from = line === 1 && hasBom(bytes) ? 3 : start;
          const to = end > from && bytes[end - 1] === CR ? end - 1 : end;
          texts.push(rawText(bytes.subarray(from, to)));
        }
        line++;
        if (found === -1 || texts.length === wanted.length) break;
        start = found + 1;
      }
      if (bytesRead === 0) break;
      rest = bytes.subarray(start);
    }
  } finally {
    await file.close();
  }
  return texts;
}

function hasBom(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
