import type { Json } from '../../contracts/json.ts';
import type { RefCall, SemanticNode } from '../../contracts/node.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { suggest } from '../../errors/suggest.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { NameIndex } from '../resolve.ts';
import type { ParsedSemantic } from './parse-semantics.ts';

type Kind = 'measure' | 'metric' | 'model' | 'semantic model';

/** What semantic resources are found by. */
interface Found {
  readonly id: UniqueId;
  readonly isEnabled: boolean;
}

/**
 * What each semantic resource depends on: models, measures' semantic models, metrics. A name that
 * leads nowhere, or to what is switched off, is an error.
 */
export function linkSemantics(
  all: readonly ParsedSemantic[],
  index: NameIndex,
  diagnostics: Diagnostics,
): SemanticNode[] {
  const { measures, metrics, models } = byNames(all);
  const inputs = inputMeasures(all);
  return all.map((parsed) => {
    const { node } = parsed;
    const ids = new Set<UniqueId>();
    const add = (kind: Kind, name: string, found: Found | undefined, known: Iterable<string>) => {
      if (found?.isEnabled === true) ids.add(found.id);
      // What is switched off may lead anywhere.
      if (node.config['enabled'] === false || found?.isEnabled === true) return;
      const isDisabled = found !== undefined;
      const near = isDisabled ? undefined : suggest(name, [...known]);
      const from = `${node.resourceType.replace('_', ' ')} "${node.name}"`;
      const { location } = parsed;
      diagnostics.add(
        tsdbtError('semantics-not-found', { from, kind, name, isDisabled, near }, { location }),
      );
    };
    for (const ref of node.refs) add('model', ref.name, model(ref, node, index), index.refNames());
    for (const name of parsed.measures) add('measure', name, measures.get(name), measures.keys());
    for (const name of parsed.metrics) add('metric', name, metrics.get(name), metrics.keys());
    const { home } = parsed;
    if (home !== undefined) add('semantic model', home, models.get(home), models.keys());
    const linked = { ...node, dependsOn: { nodes: [...ids], macros: [] } };
    if (node.resourceType !== 'metric') return linked;
    const params = { ...(node.properties['type_params'] as Record<string, Json>) };
    params['input_measures'] = [...(inputs.get(node.name) ?? [])];
    return { ...linked, properties: { ...node.properties, type_params: params } };
  });
}

function model(ref: RefCall, node: SemanticNode, index: NameIndex): Found | undefined {
  const id = index.ref(ref, node.packageName)?.uniqueId;
  if (id !== undefined) return { id, isEnabled: true };
  return index.isDisabled(ref.name) ? { id: node.uniqueId, isEnabled: false } : undefined;
}

/** Measures, metrics and semantic models; of two of a name the one that is switched on. */
function byNames(
  all: readonly ParsedSemantic[],
): Record<'measures' | 'metrics' | 'models', ReadonlyMap<string, Found>> {
  const measures = new Map<string, Found>();
  const metrics = new Map<string, Found>();
  const models = new Map<string, Found>();
  for (const { node } of all) {
    const found = { id: node.uniqueId, isEnabled: node.config['enabled'] !== false };
    const put = (names: Map<string, Found>, name: string) => {
      if (found.isEnabled || !names.has(name)) names.set(name, found);
    };
    if (node.resourceType === 'metric') put(metrics, node.name);
    if (node.resourceType !== 'semantic_model') continue;
    put(models, node.name);
    for (const { name } of (node.properties['measures'] ?? []) as readonly { name: string }[])
      put(measures, name);
  }
  return { measures, metrics, models };
}

/** The measures of each metric, by name: its own, or those of the metrics it is made of. */
function inputMeasures(all: readonly ParsedSemantic[]): ReadonlyMap<string, readonly Json[]> {
  const metrics = new Map(
    all.flatMap((parsed) =>
      parsed.node.resourceType === 'metric' ? [[parsed.node.name, parsed] as const] : [],
    ),
  );
  const found = new Map<string, readonly Json[]>();
  const measuresOf = (name: string): readonly Json[] => {
    const metric = metrics.get(name);
    const known = found.get(name);
    if (known !== undefined || metric === undefined) return known ?? [];
    const params = metric.node.properties['type_params'] as { readonly input_measures: Json[] };
    // Metrics that are made of each other end here.
    found.set(name, params.input_measures);
    const below = metric.metrics.flatMap(measuresOf);
    const distinct = new Map(
      [...params.input_measures, ...below].map((measure) => [JSON.stringify(measure), measure]),
    );
    found.set(name, [...distinct.values()]);
    return found.get(name)!;
  };
  for (const name of metrics.keys()) measuresOf(name);
  return found;
}
