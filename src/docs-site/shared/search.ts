import type { SearchWire } from './wire.ts';

/** Where a search word was found; the page shows it under the name. */
export type SearchField = 'name' | 'column' | 'tag' | 'path' | 'description' | 'column-description';

export interface SearchHit {
  readonly node: number;
  readonly score: number;
  readonly field: SearchField;
  /** The column name or the text that matched; '' for a match of the name. */
  readonly found: string;
}

export interface SearchSubject {
  readonly count: number;
  name(node: number): string;
  /** The name with what stands before it (`source.table`), or the name again. */
  fullName(node: number): string;
  /** Tags and path, in one text. */
  context(node: number): string;
  /** Small number that orders equal scores: models before tests. */
  rank(node: number): number;
  hidden(node: number): boolean;
  /** Tests: their names repeat the names of others, so only an exact match counts in full. */
  minor(node: number): boolean;
}

export interface SearchIndex {
  search(
    query: string,
    limit: number,
  ): { readonly hits: readonly SearchHit[]; readonly total: number };
}

const fields: readonly SearchField[] = [
  'name',
  'column',
  'tag',
  'path',
  'description',
  'column-description',
];
const exact = 1000;
const prefix = 700;
const wordStart = 500;
const inside = 300;

/**
 * An index that scans: exact before prefix before word start before substring, names before
 * columns before descriptions; all words must occur. Without `wire` only names are searched.
 */
export function createSearchIndex(subject: SearchSubject, wire: SearchWire | null): SearchIndex {
  const names = Array.from({ length: subject.count }, (_, node) =>
    subject.name(node).toLowerCase(),
  );
  const fullNames = Array.from({ length: subject.count }, (_, node) =>
    subject.fullName(node).toLowerCase(),
  );
  const nodes = Array.from({ length: subject.count }, (_, node) => node);
  const ranks = Int16Array.from(nodes, (node) => subject.rank(node));
  const minor = Uint8Array.from(nodes, (node) => (subject.minor(node) ? 1 : 0));
  const hidden = Uint8Array.from(nodes, (node) => (subject.hidden(node) ? 1 : 0));
  // Tags and paths repeat: each distinct text is searched once.
  const contextNumbers = new Map<string, number>();
  const contextOf = Int32Array.from(nodes, (node) => {
    const text = subject.context(node).toLowerCase();
    const number = contextNumbers.get(text) ?? contextNumbers.size;
    contextNumbers.set(text, number);
    return number;
  });
  const contexts = [...contextNumbers.keys()];
  const columns = wire === null ? [] : wire.columns.map((name) => name.toLowerCase());
  const descriptions = wire === null ? [] : wire.descriptions.map((text) => text.toLowerCase());
  const columnTexts = wire === null ? [] : wire.columnTexts.map(([text]) => text.toLowerCase());
  const score = new Int32Array(subject.count);
  const field = new Uint8Array(subject.count);
  const found = new Int32Array(subject.count);

  const scoreWord = (word: string): void => {
    score.fill(0);
    const inContext = contexts.map((text) => text.includes(word));
    const offer = (node: number, points: number, where: number, what: number): void => {
      if (points <= score[node]!) return;
      score[node] = points;
      field[node] = where;
      found[node] = what;
    };
    for (let node = 0; node < names.length; node++) {
      const full = fullNames[node]!;
      const points = Math.max(
        matchScore(names[node]!, word),
        full === names[node] ? 0 : matchScore(full, word),
      );
      if (points > 0) offer(node, minor[node] === 1 && points < exact ? points >> 2 : points, 0, 0);
      else if (inContext[contextOf[node]!]) offer(node, 60, 3, 0);
    }
    if (wire === null) return;
    columns.forEach((name, column) => {
      const points = matchScore(name, word);
      if (points === 0) return;
      let node = 0;
      for (const step of wire.postings[column]!) {
        node += step;
        offer(node, points >> 2, 1, column);
      }
    });
    for (let node = 0; node < descriptions.length; node++) {
      if (score[node]! >= 55) continue;
      const at = descriptions[node]!.indexOf(word);
      if (at >= 0) offer(node, startsWord(descriptions[node]!, at) ? 55 : 30, 4, at);
    }
    columnTexts.forEach((text, which) => {
      const at = text.indexOf(word);
      if (at < 0) return;
      const places = wire.columnTexts[which]![1];
      for (let i = 0; i < places.length; i += 2)
        offer(places[i]!, startsWord(text, at) ? 40 : 25, 5, which);
    });
  };

  return {
    search(query, limit) {
      const words = query
        .toLowerCase()
        .split(/\s+/)
        .filter((word) => word !== '');
      if (words.length === 0) return { hits: [], total: 0 };
      const sum = new Int32Array(subject.count);
      const bestField = new Uint8Array(subject.count);
      const bestFound = new Int32Array(subject.count);
      words.forEach((word, at) => {
        scoreWord(word);
        for (let node = 0; node < subject.count; node++) {
          if (at > 0 && sum[node] === 0) continue;
          if (score[node] === 0) {
            sum[node] = 0;
            continue;
          }
          sum[node]! += score[node]!;
          // The weakest word explains most: the strong ones are in the name already.
          if (at === 0 || field[node]! > bestField[node]!) {
            bestField[node] = field[node]!;
            bestFound[node] = found[node]!;
          }
        }
      });
      const whole = words.join('_');
      const before = (a: number, b: number): number =>
        sum[b]! - sum[a]! ||
        ranks[a]! - ranks[b]! ||
        names[a]!.length - names[b]!.length ||
        (names[a]! < names[b]! ? -1 : 1);
      // One letter matches nearly everything: keep the best as they come, sort no more than that.
      const best: number[] = [];
      let total = 0;
      for (let node = 0; node < subject.count; node++) {
        if (sum[node] === 0 || hidden[node] === 1) continue;
        if (words.length > 1 && names[node]!.includes(whole)) sum[node]! += exact;
        total++;
        if (best.length === limit && before(best[limit - 1]!, node) < 0) continue;
        let place = best.length;
        while (place > 0 && before(node, best[place - 1]!) < 0) place--;
        best.splice(place, 0, node);
        if (best.length > limit) best.pop();
      }
      const hits = best.map((node): SearchHit => {
        const where = fields[bestField[node]!]!;
        return {
          node,
          score: sum[node]!,
          field: where,
          found: foundText(wire, where, bestFound[node]!, node),
        };
      });
      return { hits, total };
    },
  };
}

function matchScore(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  if (at === 0) return text.length === word.length ? exact : prefix;
  for (let i = at; i >= 0; i = text.indexOf(word, i + 1)) if (startsWord(text, i)) return wordStart;
  return inside;
}

function startsWord(text: string, at: number): boolean {
  if (at === 0) return true;
  const code = text.charCodeAt(at - 1);
  // The text is in lower case already.
  if (code < 128) return !((code >= 97 && code <= 122) || (code >= 48 && code <= 57));
  return !/[\p{L}\p{N}]/u.test(text[at - 1]!);
}

function foundText(
  wire: SearchWire | null,
  field: SearchField,
  found: number,
  node: number,
): string {
  if (wire === null) return '';
  if (field === 'column') return wire.columns[found]!;
  if (field === 'description') return excerpt(wire.descriptions[node]!, found);
  if (field === 'column-description') {
    const [text, places] = wire.columnTexts[found]!;
    for (let i = 0; i < places.length; i += 2) {
      if (places[i] === node) return `${wire.columns[places[i + 1]!]}: ${excerpt(text, 0)}`;
    }
  }
  return '';
}

function excerpt(text: string, at: number): string {
  const start = at > 60 ? text.indexOf(' ', at - 40) + 1 : 0;
  const cut = text.slice(start, start + 140);
  return `${start > 0 ? '… ' : ''}${cut}${start + 140 < text.length ? ' …' : ''}`;
}
