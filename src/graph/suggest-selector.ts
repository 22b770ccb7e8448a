import { suggest } from '../errors/suggest.ts';
import { atomPattern, defaultMethod } from './atom-pattern.ts';
import type { SelectableGraph, SelectableNode } from './selectable.ts';

/** The values that a method of names can take. */
const valuesOf: Readonly<Record<string, (node: SelectableNode) => readonly string[]>> = {
  fqn: ({ name, fqn }) => [name, ...fqn],
  tag: ({ tags }) => tags,
  group: ({ group }) => (group === undefined ? [] : [group]),
  package: ({ packageName }) => [packageName],
  file: ({ path }) => [path.split('/').at(-1)!],
  path: ({ path }) => [...prefixesOf(path)],
  source: ({ sourceName, name }) =>
    sourceName === undefined ? [] : [sourceName, `${sourceName}.${name}`],
  exposure: ({ resourceType, name }) => (resourceType === 'exposure' ? [name] : []),
  metric: ({ resourceType, name }) => (resourceType === 'metric' ? [name] : []),
  unit_test: ({ resourceType, name }) => (resourceType === 'unit_test' ? [name] : []),
  test_name: ({ testName }) => (testName === undefined ? [] : [testName]),
};

/**
 * A selector that matches something and is near to one that matches nothing: `+fact_order` is near to
 * `+fact_orders`. Undefined when nothing is near.
 */
export function suggestSelector(graph: SelectableGraph, text: string): string | undefined {
  let isOther = false;
  const parts = text.split(',').map((part) => {
    const groups = atomPattern.exec(part)?.groups;
    const value = groups?.['value'] ?? '';
    const method = groups?.['method'] ?? defaultMethod(value);
    const values = new Set([...graph.nodes.values()].flatMap((n) => valuesOf[method]?.(n) ?? []));
    if (value === '' || /[*?[]/.test(value) || values.has(value)) return part;
    const near = suggest(value, values);
    if (near === undefined) return part;
    isOther = true;
    const at = part.lastIndexOf(value);
    return `${part.slice(0, at)}${near}${part.slice(at + value.length)}`;
  });
  return isOther ? parts.join(',') : undefined;
}

function* prefixesOf(path: string): Generator<string> {
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) yield path.slice(0, at);
  yield path;
}
