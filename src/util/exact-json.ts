import { LargeInteger } from './large-integer.ts';
import { mappingKey } from './mapping-key.ts';
import { numberMark, withMarks } from './number-mark.ts';
import { floatOf } from './whole-float.ts';

const markedPart = /"\\u0000(number )?((?:[^"\\]|\\.)*)"(:?)/g;

/**
 * As `JSON.stringify`, but floats as Python writes them (`1.0`, `1e+16`), integers with all
 * their digits, and the keys of mappings as texts. `keptJson` keeps the kinds of keys as well.
 */
export function jsonText(value: unknown, indent?: number): string {
  const { text, has } = withMarks(() => JSON.stringify(value, null, indent));
  if (!has && (text === undefined || !text.includes('"\\u0000'))) return text;
  return text.replace(
    markedPart,
    (part, number: string | undefined, rest: string, colon: string) =>
      number !== undefined ? rest + colon : colon === '' ? part : `"${writtenKey(rest)}":`,
  );
}

/** JSON for {@link parseJson} alone, which then knows the keys of mappings that are no texts. */
export function keptJson(value: unknown): string {
  const { text, has } = withMarks(() => JSON.stringify(value));
  if (!has) return text;
  return text.replace(markedPart, (part, number: string | undefined, rest: string) =>
    number === undefined ? part : rest,
  );
}

/** A key behind its mark, as JSON writes its text. */
function writtenKey(rest: string): string {
  return rest[0] === 'n' ? 'null' : rest.slice(1);
}

/** Numbers and keys that `JSON.parse` changes: whole floats, long integers, keys that are whole numbers. */
const maybeInexact = /[:,[] ?-?(?:\d{16}|\d+\.0[\],}]|\d+(?:\.\d+)?[eE])|"(?:\d{1,10}|__proto__)":/;
const keyTextOrNumber = /"((?:[^"\\]|\\.)*)"(:?)|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;

/** A JSON text as plain values, exactly: what {@link jsonText} and {@link keptJson} wrote. */
export function parseJson(text: string): unknown {
  // A short text may be one number, with nothing around it.
  if (text.length > 100 && !maybeInexact.test(text)) return JSON.parse(text);
  let hasMarked = false;
  const marked = text.replace(keyTextOrNumber, (part, inner: string | undefined, colon: string) => {
    if (inner !== undefined) {
      if (colon === '' || inner.startsWith('\\')) return part;
      const property = mappingKey(inner);
      return property === inner ? part : `${JSON.stringify(property)}:`;
    }
    const isFloat = /[.eE]/.test(part);
    const number = Number(part);
    if (isFloat ? !Number.isInteger(number) : Number.isSafeInteger(number)) return part;
    hasMarked = true;
    return JSON.stringify(numberMark + part);
  });
  if (!hasMarked) return JSON.parse(marked);
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(numberMark)
      ? numberOf(value.slice(numberMark.length))
      : value,
  );
}

function numberOf(text: string): unknown {
  return /[.eE]/.test(text) ? floatOf(Number(text)) : LargeInteger.of(BigInt(text));
}
