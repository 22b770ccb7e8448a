/** How the elements of a JSON array begin, learned from its first one. */
export interface ElementStyle {
  /** White space before an element that has a line of its own; undefined when it shares one. */
  readonly indent: string | undefined;
  /** The first key with its quotes, undefined when the element is no object with keys. */
  readonly firstKey: string | undefined;
}

/** The style of the element at `from`; `lineStart` is the text of its line before it. */
export function elementStyle(element: Buffer, before: string): ElementStyle {
  const head = element.subarray(0, 4096).toString('utf8');
  return {
    indent: /^\s*$/.test(before) ? before : undefined,
    firstKey: /^\{\s*("(?:[^"\\\n]|\\.)*")/.exec(head)?.[1],
  };
}

/**
 * Where the next element starts in the text of a broken one, -1 when nothing looks like one. An
 * element that had a line of its own is followed by one with the same indent. Otherwise an object
 * with the first key of the others counts, behind a comma or another object, but only where the
 * broken element's own structure has no place for it: inside of what seems to be a string, at the
 * outermost level, or behind a line end in a string. Objects nested in a broken one are no records.
 */
export function findElementStart(piece: Buffer, style: ElementStyle): number {
  const text = piece.toString('latin1');
  if (style.indent !== undefined) {
    const found = new RegExp(`\\n${style.indent}\\{`).exec(text);
    return found === null ? -1 : found.index + found[0].length - 1;
  }
  if (style.firstKey === undefined) return -1;
  const key = Buffer.from(style.firstKey, 'utf8').toString('latin1');
  let inString = false;
  let isBroken = false;
  let depth = 0;
  // A list is no record: a bracket before the first object is a stray one, and nests nothing.
  for (let at = /^[\s[]*/.exec(text)![0].length; at < text.length; at++) {
    const char = text[at]!;
    if (char === '{' && at > 0 && (inString || isBroken || depth === 0)) {
      if (/[,}]\s*$/.test(text.slice(Math.max(0, at - 64), at)) && startsWithKey(text, at, key))
        return at;
    }
    if (inString) {
      if (char === '\\') at++;
      else if (char === '\n') {
        inString = false;
        isBroken = true;
      } else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && depth > 0) depth--;
  }
  return -1;
}

function startsWithKey(text: string, at: number, key: string): boolean {
  let next = at + 1;
  while (next < text.length && text.charCodeAt(next) <= 0x20) next++;
  if (!text.startsWith(key, next)) return false;
  next += key.length;
  while (next < text.length && text.charCodeAt(next) <= 0x20) next++;
  return text[next] === ':';
}
