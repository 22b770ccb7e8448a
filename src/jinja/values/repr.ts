import { bigintText, floatText } from './number-text.ts';
import { PyObject, type Value } from './py-object.ts';

/** Containers whose repr is being built, so that one holding itself ends. */
const open = new Set<object>();

/** A value as Python's `repr` writes it. */
export function repr(value: Value): string {
  switch (typeof value) {
    case 'string':
      return reprString(value);
    case 'number':
      return Number.isInteger(value) ? String(value) : floatText(value);
    case 'bigint':
      return bigintText(value);
    case 'boolean':
      return value ? 'True' : 'False';
    default:
      if (value === null) return 'None';
      if (value instanceof PyObject) return value.pyRepr();
      return guarded(value, '[...]', () => `[${reprList(value)}]`);
  }
}

/** The reprs of `items`, joined by commas. */
export function reprList(items: readonly Value[]): string {
  let text = '';
  for (let i = 0; i < items.length; i++) text += i === 0 ? repr(items[i]!) : `, ${repr(items[i]!)}`;
  return text;
}

/** Runs `build` unless `container` is already being printed: then it is `again`. */
export function guarded(container: object, again: string, build: () => string): string {
  if (open.has(container)) return again;
  open.add(container);
  try {
    return build();
  } finally {
    open.delete(container);
  }
}

const plain = /^[ !#-&(-[\]-~]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a repr escapes
const escaped = /[\\\x00-\x1f\x7f]|[^\x20-\x7e]/gu;

/** A string in quotes, with Python's choice of quotes and escapes. */
export function reprString(text: string): string {
  if (plain.test(text)) return `'${text}'`;
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let body = text.replace(escaped, escapeCharacter);
  if (quote === "'") body = body.replaceAll("'", "\\'");
  return quote + body + quote;
}

function escapeCharacter(character: string): string {
  switch (character) {
    case '\\':
      return '\\\\';
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    default: {
      const code = character.codePointAt(0)!;
      if (code > 0x7f && !/[\p{C}\p{Z}]/u.test(character)) return character;
      if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
      if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
      return `\\U${code.toString(16).padStart(8, '0')}`;
    }
  }
}
