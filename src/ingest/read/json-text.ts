/** Walks over JSON text that is known to be valid: no function here checks anything. */

export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** Offset after the closing quote of the string that starts at `from`. */
export function stringEnd(text: string, from: number): number {
  for (let at = from + 1; ; at++) {
    const stop = text.indexOf('"', at);
    let slashes = 0;
    while (text[stop - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return stop + 1;
    at = stop;
  }
}

/** The value of the string whose quotes are at `from` and before `end`. */
export function stringValue(text: string, from: number, end: number): string {
  const inside = text.slice(from + 1, end - 1);
  return inside.includes('\\') ? (JSON.parse(text.slice(from, end)) as string) : inside;
}

/** Offset after the value that starts at `from`. */
export function valueEnd(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return stringEnd(text, from);
  if (first !== '{' && first !== '[') {
    let at = from;
    while (!endsScalar(text.charCodeAt(at))) at++;
    return at;
  }
  let depth = 0;
  for (let at = from; ; at++) {
    const char = text[at];
    if (char === '"') at = stringEnd(text, at) - 1;
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && --depth === 0) return at + 1;
  }
}

/** Visits the entries of the object that starts at `from`: key, start and end of its value. */
export function forEachEntry(
  text: string,
  from: number,
  visit: (key: string, start: number, end: number) => void,
): void {
  for (let at = skipSpace(text, from + 1); text[at] !== '}'; ) {
    const keyEnd = stringEnd(text, at);
    const key = stringValue(text, at, keyEnd);
    const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = valueEnd(text, start);
    visit(key, start, end);
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
}

/** Visits the items of the list that starts at `from`. */
export function forEachItem(
  text: string,
  from: number,
  visit: (start: number, end: number) => void,
): void {
  for (let at = skipSpace(text, from + 1); text[at] !== ']'; ) {
    const end = valueEnd(text, at);
    visit(at, end);
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
}

/** A comma, a closing bracket, white space, or the end of the text (NaN). */
function endsScalar(code: number): boolean {
  return code === 0x2c || code === 0x7d || code === 0x5d || !(code > 0x20);
}
