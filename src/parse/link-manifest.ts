import type { Manifest } from '../contracts/manifest.ts';
import type { Exposure, Node, SourceNode } from '../contracts/node.ts';
import type { Project } from '../contracts/project.ts';
import { asUniqueId, type UniqueId } from '../contracts/unique-id.ts';
import { isTsdbtError, toTsdbtError } from '../errors/tsdbt-error.ts';
import { buildDag } from '../graph/dag.ts';
import { checkAccess } from './checks/check-access.ts';
import { checkConfig } from './checks/check-config.ts';
import { checkGroups } from './checks/check-groups.ts';
import { warnOfDeprecatedModels } from './checks/deprecated-models.ts';
import { warnOfUnfilteredInputs } from './checks/microbatch-inputs.ts';
import { reportDuplicates, reportRepeated } from './checks/report.ts';
import { warnOfRootDependencies } from './checks/root-dependencies.ts';
import type { Diagnostics } from './diagnostics.ts';
import { keptSources } from './kept-sources.ts';
import type { ParsedPackage } from './parse-package.ts';
import { primaryKey } from './primary-key.ts';
import { knownDependencies, NameIndex, resolveDependencies } from './resolve.ts';
import { checkSemantics } from './semantics/check-semantics.ts';
import { requireTimeSpine } from './semantics/check-time-spine.ts';
import { linkMetrics, metricsOf, type Unlinked } from './semantics/link-metrics.ts';
import { linkSemantics } from './semantics/link-semantics.ts';

type Linked = Pick<
  Manifest,
  | 'nodes'
  | 'sources'
  | 'exposures'
  | 'functions'
  | 'groups'
  | 'unitTests'
  | 'semantics'
  | 'inert'
  | 'disabled'
>;

type Disabled = Manifest['disabled'] extends ReadonlyMap<UniqueId, infer T> ? T : never;

/** Puts packages together: what is enabled, and what every name leads to. */
export function linkManifest(
  packages: readonly ParsedPackage[],
  root: Project,
  others: readonly Project[],
  diagnostics: Diagnostics,
): Linked {
  const disabled = new Map<UniqueId, Disabled>();
  const enabledOnly = <T extends Disabled>(all: readonly T[]): T[] =>
    all.filter((node) => {
      if (node.config['enabled'] !== false) return true;
      addDisabled(disabled, node);
      return false;
    });
  const declared = enabledOnly(packages.flatMap((p) => p.sources));
  // Tests that are off because what they test is.
  const off: Node[] = [];
  const nodes = dropTestsOfDisabled(enabledOnly(packages.flatMap((p) => p.nodes)), disabled, off);
  reportDuplicates(nodes, root, diagnostics);
  const sources = [...declared, ...keptSources(nodes, declared, root)];
  reportRepeated(sources, diagnostics);
  const written = enabledOnly(packages.flatMap((p) => p.functions));
  reportRepeated(written, diagnostics);
  const index = new NameIndex(nodes, sources, disabled.values(), root, written);
  const resolved = resolveNodes(
    nodes,
    index,
    disabled,
    off,
    diagnostics,
    root.file === 'dbt_project.yml',
  );
  const functions = byId(written.map((one) => linked(one, index, diagnostics)));
  const projects = new Map([root, ...others].map((p) => [p.name, p]));
  const groups = packages.flatMap((p) => p.groups);
  checkGroups(resolved.values(), groups, projects, diagnostics);
  for (const node of [...resolved.values(), ...functions.values()])
    diagnostics.collect(() => checkAccess(node, resolved, projects));
  for (const node of resolved.values()) diagnostics.collect(() => checkConfig(node));
  warnOfDeprecatedModels(resolved, diagnostics);
  warnOfRootDependencies(resolved.values(), index, root, diagnostics);
  warnOfUnfilteredInputs(resolved, byId(sources), diagnostics);
  const unitTests = enabledOnly(packages.flatMap((p) => p.unitTests)).filter((test) => {
    const isOn = test.dependsOn.nodes.every((id) => resolved.has(id));
    if (!isOn && test.dependsOn.nodes.some((id) => disabled.has(id)))
      disabled.set(test.uniqueId, test);
    return isOn;
  });
  const semantics = linkSemantics(
    packages.flatMap((p) => p.semantics),
    index,
    diagnostics,
  );
  const enabledSemantics = enabledOnly(semantics);
  reportRepeated(enabledSemantics, diagnostics);
  for (const node of enabledSemantics)
    diagnostics.collect(() => checkAccess({ ...node, attachedNode: null }, resolved, projects));
  const places = new Map(
    packages.flatMap((p) => p.semantics.map(({ node, location }) => [node.uniqueId, location])),
  );
  requireTimeSpine(enabledSemantics, resolved, places, diagnostics);
  checkSemantics(enabledSemantics, places, diagnostics);
  reportRepeated(unitTests, diagnostics);
  const metrics = new Map(
    enabledSemantics.flatMap(({ resourceType, name, uniqueId }) =>
      resourceType === 'metric' ? [[name, uniqueId] as const] : [],
    ),
  );
  const exposures = new Map<UniqueId, Exposure>();
  const ownExposures = enabledOnly(packages.flatMap((p) => p.exposures));
  reportRepeated(ownExposures, diagnostics);
  for (const exposure of ownExposures) {
    const ids = diagnostics.collect(() => resolveDependencies(exposure, index)) ?? [];
    const ofMetrics = metricsOf(exposure, metrics);
    const nodes = [...new Set([...ids, ...ofMetrics])];
    const linked = { ...exposure, dependsOn: { nodes, macros: [] } };
    exposures.set(exposure.uniqueId, linked);
    // An exposure is of no group.
    const reader = { ...linked, group: null, attachedNode: null };
    diagnostics.collect(() => checkAccess(reader, resolved, projects));
  }
  linkMetrics(resolved, metrics, disabled, diagnostics);
  const all = [...resolved.values(), ...functions.values()];
  diagnostics.collect(() => buildDag(new Map(all.map((n) => [n.uniqueId, n.dependsOn.nodes]))));
  setPrimaryKeys(resolved, disabled);
  const hooks = enabledOnly(packages.flatMap((p) => p.hooks));
  return {
    nodes: resolved,
    sources: byId(sources),
    exposures,
    functions,
    groups: byId(groups),
    unitTests: byId(unitTests),
    semantics: byId(enabledSemantics),
    inert: byId([...hooks, ...off].map((node) => settled(node, index))),
    disabled,
  };
}

/** Things that are switched off may be of one id: those behind the first have keys of their own. */
function addDisabled(disabled: Map<UniqueId, Disabled>, node: Disabled): void {
  let key = node.uniqueId;
  for (let i = 2; disabled.has(key); i++) key = asUniqueId(`${node.uniqueId} ${i}`);
  disabled.set(key, node);
}

/** A function with what it depends on. */
function linked(node: Node, index: NameIndex, diagnostics: Diagnostics): Node {
  const ids = diagnostics.collect(() => resolveDependencies(node, index)) ?? [];
  return { ...node, dependsOn: { ...node.dependsOn, nodes: ids } };
}

/** A node with what it depends on, as far as that is there. */
function settled(node: Node, index: NameIndex): Node {
  return { ...node, dependsOn: { ...node.dependsOn, nodes: knownDependencies(node, index) } };
}

function byId<T extends { readonly uniqueId: UniqueId }>(
  items: readonly T[],
): ReadonlyMap<UniqueId, T> {
  return new Map(items.map((item) => [item.uniqueId, item]));
}

function resolveNodes(
  nodes: readonly Unlinked[],
  index: NameIndex,
  disabled: Map<UniqueId, Disabled>,
  off: Node[],
  diagnostics: Diagnostics,
  isDbt: boolean,
): Map<UniqueId, Node> {
  const resolved = new Map<UniqueId, Node>();
  for (const node of nodes) {
    try {
      const ids = resolveDependencies(node, index);
      node.dependsOn = { nodes: ids, macros: node.dependsOn.macros };
      resolved.set(node.uniqueId, node);
    } catch (error) {
      // A test whose model is switched off is switched off with it (core `parser/manifest.py`).
      if (node.resourceType === 'test' && isTsdbtError(error, 'ref-disabled')) {
        off.push(switchedOff(node, disabled));
        diagnostics.warn('InvalidDisabledTargetInTestNode', error.message);
        continue;
      }
      if (node.resourceType === 'test' && isTsdbtError(error, 'function-disabled')) {
        off.push(switchedOff(node, disabled));
        continue;
      }
      // What a test reads may be missing in dbt's projects: it is not run then.
      const isMissing =
        isTsdbtError(error, 'ref-not-found') ||
        isTsdbtError(error, 'source-not-found') ||
        isTsdbtError(error, 'function-not-found');
      if (node.resourceType === 'test' && isDbt && isMissing) {
        off.push(switchedOff(node, disabled));
        diagnostics.warn('NodeNotFoundOrDisabled', `${node.name} is not run. ${error.message}`);
        continue;
      }
      if (!isConsequence(error, node, index, diagnostics)) diagnostics.add(toTsdbtError(error));
      resolved.set(node.uniqueId, node);
    }
  }
  return resolved;
}

/** Whether what a node does not find is something that could not be read, which is an error already. */
function isConsequence(
  error: unknown,
  { sources, refs, packageName }: Unlinked,
  index: NameIndex,
  diagnostics: Diagnostics,
): boolean {
  if (isTsdbtError(error, 'source-not-found')) {
    const lost = sources.find((call) => index.source(call, packageName) === undefined);
    return lost !== undefined && diagnostics.isBroken('source', lost.source);
  }
  if (!isTsdbtError(error, 'ref-not-found')) return false;
  const lost = refs.find((call) => index.ref(call, packageName) === undefined);
  return lost !== undefined && diagnostics.isBroken('node', lost.name);
}

function switchedOff(node: Node, disabled: Map<UniqueId, Disabled>): Node {
  const off = { ...node, config: { ...node.config, enabled: false } };
  addDisabled(disabled, off);
  return off;
}

/** Tests of a disabled node are disabled with it. */
function dropTestsOfDisabled(
  nodes: readonly Node[],
  disabled: Map<UniqueId, Disabled>,
  off: Node[],
): Node[] {
  const enabled = new Set(nodes.map((node) => node.uniqueId));
  return nodes.filter((node) => {
    const { attachedNode } = node;
    if (attachedNode === null || enabled.has(attachedNode) || !disabled.has(attachedNode))
      return true;
    off.push(switchedOff(node, disabled));
    return false;
  });
}

/** Tells models their primary keys, which their tests say. */
function setPrimaryKeys(
  nodes: ReadonlyMap<UniqueId, Unlinked>,
  disabled: ReadonlyMap<UniqueId, Disabled>,
): void {
  const tests = new Map<UniqueId, Node[]>();
  const isTest = (node: Disabled | SourceNode): node is Node => node.resourceType === 'test';
  for (const things of [nodes, disabled]) {
    for (const node of things.values()) {
      if (!isTest(node) || node.attachedNode === null) continue;
      const list = tests.get(node.attachedNode);
      if (list === undefined) tests.set(node.attachedNode, [node]);
      else list.push(node);
    }
  }
  for (const [id, node] of nodes) {
    if (node.resourceType === 'model') node.primaryKey = primaryKey(node, tests.get(id) ?? []);
  }
}
