import { isPlainObject } from './map-strings.ts';

/** Begins the property of a mapping whose key is a date or a time (`mappingKey`). */
export const timeMark = '\u0000t';

/**
 * A date or a time as YAML has it without quotes, in ISO form: `2026-01-31`. In plain values it stands for
 * its text, which alone could not say that Python reads no text there.
 */
export class YamlTime {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  /** The YAML library asks with a context, and keeps what it is given; JSON has the text. */
  toJSON(_key?: string, context?: object): unknown {
    return context === undefined ? this.text : this;
  }
}

/** A value whose dates and times are texts. */
export function withoutTimes(value: unknown): unknown {
  if (value instanceof YamlTime) return value.text;
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [textKey(key), withoutTimes(item)]),
  );
}

function textKey(key: string): string {
  return key.startsWith(timeMark) ? key.slice(timeMark.length) : key;
}

/** The dates and times of a value and of its keys, in their order. */
export function timesIn(value: unknown): readonly string[] {
  if (value instanceof YamlTime) return [value.text];
  if (Array.isArray(value)) return value.flatMap(timesIn);
  if (!isPlainObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    ...(key.startsWith(timeMark) ? [key.slice(timeMark.length)] : []),
    ...timesIn(item),
  ]);
}
