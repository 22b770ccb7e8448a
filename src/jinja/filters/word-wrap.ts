import { textLength } from '../values/text.ts';

interface WrapOptions {
  readonly width: number;
  readonly breakLong: boolean;
  readonly onHyphens: boolean;
}

/** A word, or the white space between words. */
interface Chunk {
  readonly text: string;
  readonly size: number;
}

/** Lines of at most `width` characters, broken between words as Python's `textwrap.wrap` does. */
export function wrapText(text: string, { width, breakLong, onHyphens }: WrapOptions): string[] {
  const chunks = (text.match(/\s+|\S+/g) ?? [])
    .flatMap(onHyphens ? cutHyphens : (chunk) => chunk)
    .map((chunk): Chunk => ({ text: chunk, size: textLength(chunk) }))
    .reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    const line: string[] = [];
    let length = 0;
    if (/^\s/.test(chunks.at(-1)!.text) && lines.length > 0) chunks.pop();
    while (chunks.length > 0) {
      const { size } = chunks.at(-1)!;
      if (length + size > width) break;
      length += size;
      line.push(chunks.pop()!.text);
    }
    if (chunks.length > 0 && chunks.at(-1)!.size > width) {
      const left = width < 1 ? 1 : width - length;
      if (breakLong) {
        const chunk = chunks.pop()!;
        const head = chunk.text.slice(0, left);
        line.push(head);
        // Measured once: a chunk may fill thousands of lines.
        const rest = chunk.text.slice(left);
        if (rest !== '')
          chunks.push({ text: rest, size: Math.max(1, chunk.size - textLength(head)) });
      } else if (line.length === 0) {
        line.push(chunks.pop()!.text);
      }
    }
    if (line.length > 0 && /^\s+$/.test(line.at(-1)!)) line.pop();
    if (line.length > 0) lines.push(line.join(''));
  }
  return lines;
}

const wordBefore = /[\p{L}\p{N}_]$/u;
const wordBehind = /^[\p{L}\p{N}_]/u;
const letterBehind = /^\p{L}/u;

/** Cut after a hyphen between word characters, and around dashes of several hyphens. */
function cutHyphens(chunk: string): string[] {
  if (/^\s/.test(chunk)) return [chunk];
  const parts: string[] = [];
  let from = 0;
  const cut = (at: number) => {
    if (at > from) parts.push(chunk.slice(from, at));
    from = at;
  };
  for (const { 0: hyphens, index } of chunk.matchAll(/-+/g)) {
    const end = index + hyphens.length;
    if (!wordBefore.test(chunk.slice(Math.max(0, index - 2), index))) continue;
    const behind = chunk.slice(end, end + 2);
    if (hyphens.length === 1) {
      if (letterBehind.test(behind)) cut(end);
    } else if (wordBehind.test(behind)) {
      cut(index);
      cut(end);
    }
  }
  cut(chunk.length);
  return parts;
}
