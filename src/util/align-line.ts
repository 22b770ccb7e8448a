/**
 * Finds the line of `source` that a line of the `rendered` text came from. Lines that are equal but
 * for blanks are the fixed points; of several equal ones the nearest in order is taken. A line that
 * was changed by rendering is looked for between its neighbours, by the word at the column.
 * Lines and columns count from 1; the column is left out where it can't be known.
 */
export function alignLine(
  rendered: readonly string[],
  source: readonly string[],
  line: number,
  column: number,
): { line: number; column?: number } | undefined {
  const text = rendered[line - 1];
  if (text === undefined) return undefined;
  const anchors = fixedPoints(rendered, source);
  const exact = anchors.get(line - 1);
  if (exact !== undefined) {
    const shift = indent(source[exact]!) - indent(text);
    return { line: exact + 1, column: Math.max(1, column + shift) };
  }
  let from = 0;
  let to = source.length - 1;
  for (const [renderedLine, sourceLine] of anchors) {
    if (renderedLine < line - 1) from = Math.max(from, sourceLine + 1);
    else to = Math.min(to, sourceLine - 1);
  }
  const word = /^\W*([\w.]+)/.exec(text.slice(column - 1))?.[1] ?? '';
  for (let i = from; i <= to && word !== ''; i++) {
    const places = occurrences(source[i]!, word);
    if (places.length === 0) continue;
    // The word may stand there more than once: the same one of them, counted from the left.
    const nth = occurrences(text.slice(0, column - 1), word).length;
    return { line: i + 1, column: places[Math.min(nth, places.length - 1)]! + 1 };
  }
  return { line: Math.min(Math.max(from, 0), source.length - 1) + 1 };
}

/** Pairs of equal lines, in order: the longest such list (by lines), found greedily with look-ahead. */
function fixedPoints(rendered: readonly string[], source: readonly string[]): Map<number, number> {
  const places = new Map<string, number[]>();
  for (const [i, line] of source.entries()) {
    const key = line.trim();
    if (key !== '') places.set(key, [...(places.get(key) ?? []), i]);
  }
  const pairs = new Map<number, number>();
  let next = 0;
  for (const [i, line] of rendered.entries()) {
    const candidates = places.get(line.trim());
    const found = candidates?.find((at) => at >= next);
    if (found === undefined) continue;
    pairs.set(i, found);
    // A line that occurs once may move the search on; a common one (`,` or `)`) must stay near.
    if (candidates!.length === 1 || found === next) next = found + 1;
  }
  return pairs;
}

function occurrences(text: string, word: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) places.push(at);
  return places;
}

function indent(line: string): number {
  return line.length - line.trimStart().length;
}
