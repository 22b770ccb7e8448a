const surrogate = /[\ud800-\udfff]/;

/** Whether the text has characters outside the basic plane, where lengths differ from Python's. */
export function hasAstral(text: string): boolean {
  return surrogate.test(text);
}

/** The characters of a text as Python counts them. */
export function characters(text: string): string[] {
  return surrogate.test(text) ? Array.from(text) : text.split('');
}

/** Length in characters as Python counts them. */
export function textLength(text: string): number {
  return surrogate.test(text) ? Array.from(text).length : text.length;
}

/** Order of two texts by code points. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (!surrogate.test(a) && !surrogate.test(b)) return a < b ? -1 : 1;
  const left = Array.from(a);
  const right = Array.from(b);
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Without white space at the start. */
export function trimStart(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text.charCodeAt(start))) start++;
  return start === 0 ? text : text.slice(start);
}

/** Without white space at the end. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Whether a character code is white space in Python. */
export function isSpace(code: number): boolean {
  if (code <= 0x20)
    return code === 0x20 || (code >= 9 && code <= 13) || (code >= 0x1c && code <= 0x1f);
  if (code < 0x85) return false;
  return (
    code === 0x85 ||
    code === 0xa0 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}

/** The lines of a text, as Python's `splitlines`. */
export function splitLines(text: string, keepEnds = false): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: line ends of Python
  const lines = text.split(/(\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])/);
  const out: string[] = [];
  for (let i = 0; i < lines.length; i += 2) {
    const end = lines[i + 1];
    if (end === undefined) {
      if (lines[i] !== '') out.push(lines[i]!);
    } else {
      out.push(keepEnds ? lines[i]! + end : lines[i]!);
    }
  }
  return out;
}
