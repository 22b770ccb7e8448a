import type { LandingColumn } from '../source/landing-columns.ts';
import type { InferredType } from './column-type.ts';

export type { InferredType } from './column-type.ts';

/** Digits that an integer type holds. */
const integerDigits: Readonly<Record<string, number>> = {
  tinyint: 3,
  smallint: 5,
  integer: 10,
  int: 10,
  bigint: 19,
};

/**
 * The type for a column whose declared type does not read all of its texts: what was inferred, made so
 * wide that it also holds what the declared type does. Text where no type reads all.
 */
export function widerType(declared: LandingColumn, inferred: InferredType): InferredType {
  const { type } = declared;
  if (type.kind === 'list' || type.kind === 'struct' || type.kind === 'map')
    return { dataType: 'json', settings: {}, note: undefined };
  const found = decimalDigits(inferred.dataType);
  if (found === undefined) return inferred;
  const own = decimalDigits(type.sql) ?? [integerDigits[type.sql] ?? 0, 0];
  const [before, behind] = [Math.max(own[0], found[0]), Math.max(own[1], found[1])];
  const width = Math.max(18, before + behind);
  return { ...inferred, dataType: `decimal(${Math.min(38, width)}, ${behind})` };
}

/** Digits in front of the point and behind it. */
function decimalDigits(type: string | undefined): readonly [number, number] | undefined {
  const [, width, scale] = /^decimal\((\d+), ?(\d+)\)$/.exec(type ?? '') ?? [];
  return width === undefined ? undefined : [Number(width) - Number(scale), Number(scale)];
}
