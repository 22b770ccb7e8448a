import { numeric } from './equality.ts';
import { PyObject, type Value } from './py-object.ts';
import { PyRange } from './py-range.ts';
import { PyTuple } from './py-tuple.ts';
import { raisePython } from './raise.ts';
import { repr } from './repr.ts';
import { hasAstral } from './text.ts';

/** The `a:b:c` of a subscription. */
export class PySlice extends PyObject {
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;

  constructor(start: Value, stop: Value, step: Value) {
    super();
    this.start = start;
    this.stop = stop;
    this.step = step;
  }

  get pyTypeName(): string {
    return 'slice';
  }

  override pyRepr(): string {
    return `slice(${repr(this.start)}, ${repr(this.stop)}, ${repr(this.step)})`;
  }

  override pyHashKey(): unknown {
    return raisePython('TypeError', "unhashable type: 'slice'");
  }
}

/** A slice of a text, list, tuple or range; undefined for values that can't be sliced. */
export function sliceOf(value: Value, slice: PySlice): Value | undefined {
  if (typeof value === 'string') {
    if (!hasAstral(value)) {
      const [start, stop, step] = bounds(slice, value.length);
      if (step === 1) return value.slice(start, Math.max(start, stop));
      return pick(value, start, stop, step).join('');
    }
    const characters = Array.from(value);
    return pick(characters, ...bounds(slice, characters.length)).join('');
  }
  if (Array.isArray(value)) return pick(value, ...bounds(slice, value.length));
  if (value instanceof PyTuple) {
    return new PyTuple(pick(value.items, ...bounds(slice, value.items.length)));
  }
  if (value instanceof PyRange) {
    const [start, stop, step] = bounds(slice, value.length);
    return new PyRange(value.item(start), value.item(stop), value.stepOf(step));
  }
  return undefined;
}

function pick<T>(items: ArrayLike<T>, start: number, stop: number, step: number): T[] {
  const out: T[] = [];
  if (step > 0) for (let i = start; i < stop; i += step) out.push(items[i]!);
  else for (let i = start; i > stop; i += step) out.push(items[i]!);
  return out;
}

/** Start, stop and step of a slice for a sequence of this length, as Python's `slice.indices`. */
function bounds(slice: PySlice, length: number): [number, number, number] {
  const step = place(slice.step) ?? 1;
  if (step === 0) raisePython('ValueError', 'slice step cannot be zero');
  const lowest = step < 0 ? -1 : 0;
  const highest = step < 0 ? length - 1 : length;
  const clamp = (at: number) => (at < 0 ? Math.max(at + length, lowest) : Math.min(at, highest));
  const start = place(slice.start);
  const stop = place(slice.stop);
  return [
    start === undefined ? (step < 0 ? highest : lowest) : clamp(start),
    stop === undefined ? (step < 0 ? lowest : highest) : clamp(stop),
    step,
  ];
}

function place(value: Value): number | undefined {
  if (value === null) return undefined;
  const number = typeof value === 'object' ? undefined : numeric(value);
  if (typeof number === 'bigint') {
    return number > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
  }
  if (number === undefined || !Number.isInteger(number)) {
    raisePython('TypeError', 'slice indices must be integers or None or have an __index__ method');
  }
  return number;
}
