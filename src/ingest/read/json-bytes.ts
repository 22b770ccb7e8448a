const comma = 0x2c;
const newline = 0x0a;

/** Whether the bytes are one JSON value, of any kind. */
export function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Whether a byte is white space of JSON. */
export function isSpace(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x0d || char === 0x09;
}

/** Without white space at the end. */
export function trimEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && isSpace(bytes[end - 1]!)) end--;
  return bytes.subarray(0, end);
}

/** Without a comma at the end, and white space around it. */
export function trimComma(bytes: Buffer): Buffer {
  const trimmed = trimEnd(bytes);
  return trimmed.at(-1) === comma ? trimEnd(trimmed.subarray(0, -1)) : trimmed;
}

/** Number of line ends from `from` to `to`. */
export function countLines(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (
    let at = bytes.indexOf(newline, from);
    at !== -1 && at < to;
    at = bytes.indexOf(newline, at + 1)
  ) {
    count++;
  }
  return count;
}
