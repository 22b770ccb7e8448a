import { relationText } from '../compile/quote-policy.ts';
import type { Json } from '../contracts/json.ts';
import type { Node, SourceNode } from '../contracts/node.ts';
import { asUniqueId } from '../contracts/unique-id.ts';
import { isPlainObject } from '../util/map-strings.ts';
import type { ParsedProject } from './open-project.ts';

/**
 * What the foreign keys of a compiled model point at, by what is written: `ref('customers')` is the
 * relation of that model. Undefined for a model without any.
 */
export function foreignKeyTargets(
  parsed: ParsedProject,
  node: Node,
): ReadonlyMap<string, string> | undefined {
  if (node.resourceType !== 'model') return undefined;
  const targets = new Map<string, string>();
  const note = (constraint: Json) => {
    if (!isPlainObject(constraint) || constraint['type'] !== 'foreign_key') return;
    const { to } = constraint;
    const target = typeof to === 'string' ? targetOf(to, node, parsed) : undefined;
    if (target !== undefined) targets.set(to as string, target);
  };
  for (const constraint of node.constraints ?? []) note(constraint);
  for (const name in node.columns) for (const one of node.columns[name]!.constraints) note(one);
  return targets.size === 0 ? undefined : targets;
}

function targetOf(to: string, node: Node, parsed: ParsedProject): string | undefined {
  const { manifest, dialect } = parsed;
  const names = [...to.matchAll(/'([^']*)'|"([^"]*)"/g)].map(([, one, two]) => one ?? two ?? '');
  const isNamed = (found: Node | SourceNode) =>
    found.name === names.at(to.trimStart().startsWith('source') ? 1 : names.length > 1 ? 1 : 0);
  for (const id of node.dependsOn.nodes) {
    const target = manifest.nodes.get(id);
    if (target !== undefined && isNamed(target)) {
      const { database, schema, alias: identifier } = target;
      return relationText({ database, schema, identifier }, dialect, parsed);
    }
    const source = manifest.sources.get(asUniqueId(id));
    if (source !== undefined && source.sourceName === names[0] && isNamed(source))
      return relationText(source, dialect, parsed, source.quoting);
  }
  return undefined;
}
