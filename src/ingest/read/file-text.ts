import type { Encoding } from '../source/landing-config.ts';

/**
 * The chunks of a text file as UTF-8. Without a declared encoding a file is UTF-8, unless a byte
 * order mark says that it is UTF-16. UTF-8 is passed on as it is: what is wrong in it costs a record,
 * not the file. Calls `refuse` for bytes that are no text of another encoding.
 */
export async function* utf8Text(
  chunks: AsyncIterable<Buffer>,
  declared: Encoding | undefined,
  refuse: (problem: string, hint?: string) => never,
  onDetected: (what: string) => void,
): AsyncGenerator<Buffer> {
  let decode: ((chunk: Buffer, isLast: boolean) => Buffer) | undefined;
  let held = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes: Buffer = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    if (decode === undefined && bytes.length < 4) {
      held = Buffer.from(bytes);
      continue;
    }
    held = Buffer.alloc(0);
    decode ??= decoder(bytes, declared, refuse, onDetected);
    yield decode(bytes, false);
  }
  if (held.length > 0) decode ??= decoder(held, declared, refuse, onDetected);
  if (decode !== undefined) yield decode(held, true);
}

function decoder(
  head: Buffer,
  declared: Encoding | undefined,
  refuse: (problem: string, hint?: string) => never,
  onDetected: (what: string) => void,
): (chunk: Buffer, isLast: boolean) => Buffer {
  const marked = byteOrderMark(head);
  if (declared === 'utf-8' && marked !== undefined) {
    refuse(
      `is ${marked.toUpperCase()} (it starts with ${head.subarray(0, 2).toString('hex').toUpperCase()}), not UTF-8`,
      'Declare `landing.encoding: utf-16`, or leave the encoding out: a byte order mark is heeded.',
    );
  }
  const encoding =
    declared === 'utf-16' ? (marked ?? guessOrder(head)) : (declared ?? marked ?? 'utf-8');
  if (declared === undefined && marked !== undefined) onDetected('UTF-16 by its byte order mark');
  if (encoding === 'utf-8') return (chunk) => chunk;
  if (encoding === 'latin-1') return (chunk) => Buffer.from(chunk.toString('latin1'), 'utf8');
  const text = new TextDecoder(encoding, { fatal: true });
  let position = 0;
  return (chunk, isLast) => {
    try {
      const decoded = Buffer.from(text.decode(chunk, { stream: !isLast }), 'utf8');
      position += chunk.length;
      return decoded;
    } catch {
      return refuse(
        `is not ${encoding.toUpperCase()}: there are bytes that are no character behind byte ${position}`,
        'Is `landing.encoding` right? Nothing of this delivery was loaded.',
      );
    }
  };
}

function byteOrderMark(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : undefined;
}

/** Without a mark the zero byte of the first character says which half comes first. */
function guessOrder(head: Buffer): 'utf-16le' | 'utf-16be' {
  return head[0] === 0 && head[1] !== 0 ? 'utf-16be' : 'utf-16le';
}
