/** What one render may use at most. */
export interface Limits {
  /** Statements, loop turns, calls and items made by filters. */
  readonly steps: number;
  /** Macro calls within macro calls. */
  readonly depth: number;
  /** Characters of the output, and of any one text made on the way. */
  readonly outputCharacters: number;
  /** Items of one `range()`. */
  readonly rangeLength: number;
}

/** Far above what real projects need, far below what hurts. */
export const defaultLimits: Limits = {
  steps: 10_000_000,
  depth: 400,
  outputCharacters: 50_000_000,
  rangeLength: 100_000,
};

/** Bits of the largest int: about 300,000 decimal digits. */
export const maxIntegerBits = 1_000_000;
