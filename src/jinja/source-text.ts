/** A template's text, and where its offsets are in the file the user wrote. */
export interface SourceText {
  readonly file: string;
  /** Normalized: one kind of newline, the last one dropped. */
  readonly text: string;
  readonly locate: (pos: number) => { file: string; line: number; column: number };
}

/** A text that begins at `firstLine` of its file. */
export function sourceText(file: string, text: string, firstLine = 1): SourceText {
  let starts: number[] | undefined;
  const locate = (pos: number) => {
    starts ??= lineStarts(text);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= pos) low = middle;
      else high = middle - 1;
    }
    return { file, line: firstLine + low, column: pos - starts[low]! + 1 };
  };
  return { file, text, locate };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
