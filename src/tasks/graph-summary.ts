import { writePieces } from '../artifacts/write-json.ts';
import type { SelectableGraph } from '../graph/selectable.ts';
import { nodeIndex } from './node-index.ts';
import type { ParsedProject } from './open-project.ts';
import { targetFile } from './write-artifacts.ts';

/**
 * Writes `target/graph_summary.json`: the nodes of the graph by number, each with the numbers of those
 * that depend on it (core `compilation.py`, `get_graph_summary`).
 */
export function writeGraphSummary(parsed: ParsedProject): void {
  const { graph } = parsed.index?.() ?? nodeIndex(parsed.manifest);
  const { id } = parsed.request.invocation;
  const asItIs = (text: string) => text;
  writePieces(targetFile(parsed, 'graph_summary.json'), () => summaryText(graph, id), asItIs);
}

function* summaryText(graph: SelectableGraph, invocationId: string): Generator<string> {
  const numbers = new Map<string, number>();
  for (const id of graph.nodes.keys()) numbers.set(id, numbers.size);
  const successors: number[][] = [];
  for (const id of numbers.keys()) {
    const own = numbers.get(id)!;
    for (const parent of graph.parents(id)) {
      const above = numbers.get(parent);
      if (above === undefined) continue;
      const list = successors[above];
      if (list === undefined) successors[above] = [own];
      else list.push(own);
    }
  }
  yield `{"_invocation_id":${JSON.stringify(invocationId)},"linked":{`;
  let separator = '';
  for (const [id, { resourceType }] of graph.nodes) {
    const number = numbers.get(id)!;
    const below = successors[number];
    const succ = below === undefined ? '' : `,"succ":[${below.join(',')}]`;
    yield `${separator}"${number}":{"name":${JSON.stringify(id)},"type":"${resourceType}"${succ}}`;
    separator = ',';
  }
  yield '}}';
}
