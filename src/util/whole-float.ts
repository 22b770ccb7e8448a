/**
 * A float without a fraction, as YAML and Python tell it from an integer: `1.0`. In plain values it
 * stands for the number, which alone could not say that it is a float.
 */
export class WholeFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  valueOf(): number {
    return this.value;
  }

  /** As Python writes it. */
  toString(): string {
    return Object.is(this.value, -0) ? '-0.0' : `${this.value}.0`;
  }

  /** The YAML library asks with a context, and keeps what it is given; JSON has the number. */
  toJSON(_key?: string, context?: object): unknown {
    if (context !== undefined) return this;
    if (!isMarking) return this.value;
    hasMarked = true;
    return `${mark}${this}`;
  }
}

/** A number as it is, or as a {@link WholeFloat} when it has no fraction. */
export function floatOf(value: number): number | WholeFloat {
  // From 1e16 on Python writes exponents, and no integer is that large by chance.
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? new WholeFloat(value) : value;
}

const mark = '\u0000float ';
const marked = /"\\u0000float (-?\d+\.0)"/g;
let isMarking = false;
let hasMarked = false;

/** What `JSON.stringify` gives, but whole floats as `1.0`. */
export function jsonText(value: unknown, indent?: number): string {
  isMarking = true;
  hasMarked = false;
  try {
    const text = JSON.stringify(value, null, indent);
    return hasMarked ? text.replace(marked, '$1') : text;
  } finally {
    isMarking = false;
  }
}

const maybeFloat = /[:,[]-?\d+\.0[\],}]/;
const textOrFloat = /"(?:[^"\\]|\\.)*"|-?\d+\.0(?=[\],}])/g;

/** What {@link jsonText} wrote, with its whole floats. */
export function parseJson(text: string): unknown {
  if (!maybeFloat.test(text)) return JSON.parse(text);
  const withMarks = text.replace(textOrFloat, (found) =>
    found.startsWith('"') ? found : `"\\u0000float ${found}"`,
  );
  return JSON.parse(withMarks, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark)
      ? new WholeFloat(Number(value.slice(mark.length)))
      : value,
  );
}
