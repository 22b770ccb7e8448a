import { plainText } from './markdown.ts';
import type { DetailWire, SearchWire } from './shared/wire.ts';

/** The search index of the whole site: column names by dictionary, descriptions as plain text. */
export function buildSearch(details: readonly DetailWire[]): SearchWire {
  const numbers = new Map<string, number>();
  const nodesOf: number[][] = [];
  const texts = new Map<string, number[]>();
  const descriptions: string[] = [];
  // Equal descriptions share their tokens, so most are known already.
  const known = new Map<unknown, string>();
  const textOf = (doc: DetailWire['doc']): string => {
    let text = known.get(doc);
    if (text === undefined) {
      text = doc === undefined ? '' : plainText(doc).slice(0, 1000);
      known.set(doc, text);
    }
    return text;
  };
  details.forEach((detail, node) => {
    descriptions.push(textOf(detail.doc));
    for (const column of detail.columns ?? []) {
      let number = numbers.get(column.name);
      if (number === undefined) {
        number = nodesOf.push([]) - 1;
        numbers.set(column.name, number);
      }
      nodesOf[number]!.push(node);
      const text = textOf(column.doc);
      if (text === '') continue;
      const places = texts.get(text);
      if (places) places.push(node, number);
      else texts.set(text, [node, number]);
    }
  });
  return {
    columns: [...numbers.keys()],
    postings: nodesOf.map((nodes) =>
      nodes.map((node, at) => (at === 0 ? node : node - nodes[at - 1]!)),
    ),
    descriptions,
    columnTexts: [...texts],
  };
}
