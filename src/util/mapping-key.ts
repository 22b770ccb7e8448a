import { LargeInteger } from './large-integer.ts';
import { WholeFloat } from './whole-float.ts';
import { timeMark, YamlTime } from './yaml-time.ts';

const mark = '\u0000';

/**
 * The property under which a plain object keeps a key of a YAML or JSON mapping. A text is its own
 * property, but for three kinds that an object would lose: whole numbers (`'10'`), which it moves to
 * the front, `__proto__`, and texts that look like a mark. Those, and keys that are no texts (`10`,
 * `1.5`, `true`, null, a date), are written behind a mark that says their kind, so that objects keep
 * their order and `10` is not `'10'`; {@link keyValue} reads them.
 */
export function mappingKey(key: unknown): string {
  switch (typeof key) {
    case 'string':
      return isOwnProperty(key) ? key : `${mark}s${key}`;
    case 'number':
      return Number.isInteger(key) ? `${mark}i${key + 0}` : `${mark}f${key}`;
    case 'boolean':
      return `${mark}b${key}`;
    default:
  }
  if (key === null || key === undefined) return `${mark}n`;
  if (key instanceof LargeInteger) return `${mark}i${key}`;
  if (key instanceof WholeFloat) return `${mark}f${key}`;
  return key instanceof YamlTime ? `${timeMark}${key.text}` : mappingKey(String(key));
}

/** Whether an object keeps a text as the name of a property, in its place. */
function isOwnProperty(key: string): boolean {
  const first = key.charCodeAt(0);
  if (first === 0) return false;
  if (first >= 48 && first <= 57) return !/^(?:0|[1-9]\d{0,9})$/.test(key);
  return first !== 95 || key !== '__proto__';
}

/** The key that {@link mappingKey} wrote as this property: a text, or a plain value of another kind. */
export function keyValue(property: string): unknown {
  if (property.charCodeAt(0) !== 0) return property;
  const text = property.slice(2);
  switch (property[1]) {
    case 'i':
      return LargeInteger.of(BigInt(text));
    case 'f':
      return /[.e]/.test(text) && Number.isInteger(Number(text))
        ? new WholeFloat(Number(text))
        : Number(text);
    case 'b':
      return text === 'true';
    case 'n':
      return null;
    case 't':
      return new YamlTime(text);
    default:
      return text;
  }
}

/** The key of a property as JSON and messages write it: a text. */
export function keyText(property: string): string {
  if (property.charCodeAt(0) !== 0) return property;
  return property[1] === 'n' ? 'null' : property.slice(2);
}

/** The property of a mapping under a name that YAML may have read as a number or another word. */
export function propertyNamed(mapping: object, name: string): string | undefined {
  const property = mappingKey(name);
  if (Object.hasOwn(mapping, property)) return property;
  // Whatever a name is written as, it is one of a folder, a column or a privilege.
  for (const kind of 'ifbt')
    if (Object.hasOwn(mapping, `${mark}${kind}${name}`)) return `${mark}${kind}${name}`;
  return undefined;
}

/** The value of a mapping under a name, as {@link propertyNamed} finds it, or undefined. */
export function entryNamed(mapping: object, name: string): unknown {
  const property = propertyNamed(mapping, name);
  return property === undefined ? undefined : (mapping as Record<string, unknown>)[property];
}

/** Whether a key somewhere in a plain value is no text, which JSON can't tell from one. */
export function hasTypedKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasTypedKey);
  for (const key in value) {
    if (key.charCodeAt(0) === 0 && key[1] !== 's') return true;
    if (hasTypedKey((value as Record<string, unknown>)[key])) return true;
  }
  return false;
}
