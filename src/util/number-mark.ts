/** Begins a text that `JSON.stringify` wrote where a number belongs. */
export const numberMark = '\u0000number ';

let isMarking = false;
let hasMarked = false;

/** A number of our own for `JSON.stringify`: its marked text while marks are wanted. */
export function markedNumber(text: string, otherwise: unknown): unknown {
  if (!isMarking) return otherwise;
  hasMarked = true;
  return numberMark + text;
}

/** The text of `write` with marked numbers, and whether there are any. */
export function withMarks(write: () => string): { readonly text: string; readonly has: boolean } {
  isMarking = true;
  hasMarked = false;
  try {
    return { text: write(), has: hasMarked };
  } finally {
    isMarking = false;
  }
}
