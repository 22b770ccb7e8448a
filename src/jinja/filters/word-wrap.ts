import { textLength } from '../values/text.ts';

interface WrapOptions {
  readonly width: number;
  readonly breakLong: boolean;
  readonly onHyphens: boolean;
}

/** Lines of at most `width` characters, broken between words as Python's `textwrap.wrap` does. */
export function wrapText(text: string, { width, breakLong, onHyphens }: WrapOptions): string[] {
  const chunks = (text.match(/\s+|\S+/g) ?? [])
    .flatMap(onHyphens ? cutHyphens : (chunk) => chunk)
    .reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    const line: string[] = [];
    let length = 0;
    if (/^\s/.test(chunks.at(-1)!) && lines.length > 0) chunks.pop();
    while (chunks.length > 0) {
      const size = textLength(chunks.at(-1)!);
      if (length + size > width) break;
      length += size;
      line.push(chunks.pop()!);
    }
    if (chunks.length > 0 && textLength(chunks.at(-1)!) > width) {
      const left = width < 1 ? 1 : width - length;
      if (breakLong) {
        const chunk = chunks.pop()!;
        line.push(chunk.slice(0, left));
        chunks.push(chunk.slice(left));
      } else if (line.length === 0) {
        line.push(chunks.pop()!);
      }
    }
    if (line.length > 0 && /^\s+$/.test(line.at(-1)!)) line.pop();
    if (line.length > 0) lines.push(line.join(''));
  }
  return lines;
}

// After a hyphen between word characters, and around dashes of several hyphens.
const hyphenBreak =
  /(?<=[\p{L}\p{N}_]-)(?=\p{L})|(?<=[\p{L}\p{N}_])(?=-{2,}[\p{L}\p{N}_])|(?<=[\p{L}\p{N}_]-{2,})(?=[\p{L}\p{N}_])/u;

function cutHyphens(chunk: string): string[] {
  return /^\s/.test(chunk) ? [chunk] : chunk.split(hyphenBreak);
}
