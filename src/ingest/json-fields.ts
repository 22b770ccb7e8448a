/** The declared columns of a JSON source: position by name. */
export type JsonColumns = ReadonlyMap<string, number>;

export interface JsonFields {
  readonly fields: readonly (string | null)[] | null;
  readonly problem: string | null;
  /** Keys of the object that no column is declared for. */
  readonly unknownKeys: readonly string[];
}

const none: readonly string[] = [];

/**
 * The values of one JSON object as text: strings as they are, numbers exactly as written, nested
 * objects and lists as their JSON text, null and missing keys as NULL. Of a key given twice the
 * last value counts, as everywhere in JavaScript.
 */
export function readJsonObject(text: string, columns: JsonColumns): JsonFields {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return refused(`it is not JSON: ${shortMessage(error)}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return refused(`it is ${kindOf(parsed)}, not an object`);
  }
  const fields = new Array<string | null>(columns.size).fill(null);
  let unknownKeys: string[] | undefined;
  // The text is valid from here on, so the walk needs no checks of its own.
  let at = text.indexOf('{') + 1;
  for (;;) {
    at = skipSpace(text, at);
    if (text[at] === '}') break;
    const keyEnd = stringEnd(text, at);
    const key = stringValue(text, at, keyEnd);
    at = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = valueEnd(text, at);
    const position = columns.get(key);
    if (position === undefined) {
      unknownKeys ??= [];
      unknownKeys.push(key);
    } else {
      const value = valueText(text, at, end);
      if (value !== null && isUnstorable(value)) {
        return refused(`the value of "${key}" has a character that is no text`);
      }
      fields[position] = value;
    }
    at = skipSpace(text, end);
    if (text[at] === ',') at++;
  }
  return { fields, problem: null, unknownKeys: unknownKeys ?? none };
}

function refused(problem: string): JsonFields {
  return { fields: null, problem, unknownKeys: none };
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

/** V8's message without the piece of the input that it quotes. */
function shortMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/, (\.\.\.)?"[\s\S]*$/, '').replace(/ in JSON at position.*$/s, '');
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at++;
  return at;
}

/** Offset after the closing quote of the string that starts at `from`. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; ; at++) {
    const stop = text.indexOf('"', at);
    let slashes = 0;
    while (text[stop - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return stop + 1;
    at = stop;
  }
}

function stringValue(text: string, from: number, end: number): string {
  const inside = text.slice(from + 1, end - 1);
  return inside.includes('\\') ? (JSON.parse(text.slice(from, end)) as string) : inside;
}

function valueEnd(text: string, from: number): number {
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

/** A comma, a closing bracket, white space, or the end of the text (NaN). */
function endsScalar(code: number): boolean {
  return code === 0x2c || code === 0x7d || code === 0x5d || !(code > 0x20);
}

function valueText(text: string, from: number, end: number): string | null {
  if (text[from] === '"') return stringValue(text, from, end);
  const value = text.slice(from, end);
  return value === 'null' ? null : value;
}

/** NUL can't be in text of the database, half a surrogate pair can't be written as UTF-8. */
function isUnstorable(value: string): boolean {
  return value.includes('\0') || /\p{Surrogate}/u.test(value);
}
