import type { Node, UnitTest } from '../contracts/node.ts';
import type { ConfigTree, Project } from '../contracts/project.ts';
import { relationKey } from '../contracts/relation.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import type { Warning } from '../contracts/warning.ts';
import { isTsdbtError } from '../errors/tsdbt-error.ts';
import { checkAccess } from '../parse/checks/check-access.ts';
import { checkConfig } from '../parse/checks/check-config.ts';
import { rootDependencies } from '../parse/checks/root-dependencies.ts';
import { isMicrobatch } from '../parse/microbatch-config.ts';
import { type EditedNode, parseEdited } from '../parse/parse-edited.ts';
import type { ParseRequest, ParseSetup } from '../parse/parse-setup.ts';
import { asksIsIncremental } from '../parse/parse-unit-tests.ts';
import { primaryKey } from '../parse/primary-key.ts';
import { NameIndex, resolveDependencies } from '../parse/resolve.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { warningsAfter } from './edited-warnings.ts';
import {
  type Block,
  type IndexAfterEdits,
  indexAfter,
  isSame,
  type Pair,
} from './index-after-edits.ts';
import { nodeHasTypedKey, type Rest } from './kept-parse.ts';
import type { StoredManifest } from './manifest-store.ts';
import type { NodeIndex } from './node-index.ts';
import type { ListedFile } from './parse-inputs.ts';
import type { NamedNode, ParseNames } from './parse-names.ts';

/** What is kept of the parse before. */
export interface KeptProject {
  readonly names: ParseNames;
  readonly stored: StoredManifest;
  readonly index: () => NodeIndex;
  readonly rest: () => Rest | undefined;
  /** How many entries of the index stand before the first node of the manifest. */
  readonly firstNode: number;
  readonly warnings: readonly Warning[];
}

export interface ParsedEdits extends IndexAfterEdits {
  readonly blocks: readonly Block[];
  /** Unit tests that stand on other lines now. */
  readonly unitTests: readonly UnitTest[];
  /** All there are now. */
  readonly warnings: readonly Warning[];
}

/**
 * Parses a project of which only texts of models, analyses and singular tests, and property files of
 * models, were edited since it was parsed, by parsing these. Undefined when more could be different than
 * these nodes and their tests: then the whole project must be parsed.
 */
export function parseEdits(
  request: ParseRequest,
  setup: ParseSetup,
  changed: readonly ListedFile[],
  kept: KeptProject,
): ParsedEdits | undefined {
  const { projects } = setup;
  const files = changed.map(({ package: at, path }) => ({ project: projects[at]!, path }));
  const propertyFiles = files.filter(({ path }) => /\.ya?ml$/.test(path));
  const edited = editedNodes(files, propertyFiles, projects, kept.names);
  if (edited === undefined || !onlyDescribeModels(propertyFiles, kept)) return undefined;
  const model = modelFinder(kept.names);
  const parsed = parseEdited(request, setup, { nodes: edited, propertyFiles, model });
  if (parsed === undefined) return undefined;
  const warnings = warningsAfter(propertyFiles, parsed.warnings, kept.warnings);
  if (warnings === undefined) return undefined;
  const link = linker(kept, projects);
  const tests: Node[] = [];
  for (const test of parsed.tests) {
    const linked = test.config['enabled'] === false ? undefined : link(test);
    if (linked === undefined) return undefined;
    tests.push(linked);
  }
  const isEdited = fileSet(propertyFiles);
  const pairs = pairsOf(parsed.nodes, kept, link, (node) =>
    isEdited(node.packageName, node.patchPath ?? '')
      ? primaryKey(
          node,
          tests.filter(({ attachedNode }) => attachedNode === node.uniqueId),
        )
      : undefined,
  );
  if (pairs === undefined) return undefined;
  const unitTests =
    propertyFiles.length === 0 ? [] : movedUnitTests(parsed.unitTests, isEdited, kept);
  if (unitTests === undefined) return undefined;
  // Its unit tests, which were not looked at again, must say what `is_incremental()` is.
  const asksAnew = pairs.filter(
    ({ before, now }) => asksIsIncremental(now) && !asksIsIncremental(before),
  );
  const isTested = ({ now }: Pair) =>
    (kept.rest()?.unitTests ?? []).some(([, { dependsOn }]) =>
      dependsOn.nodes.includes(now.uniqueId),
    );
  if (asksAnew.some(isTested)) return undefined;
  // The tests of a node are of its group, which the manifest lists.
  const hasGroups = pairs.some(({ now }) => now.group !== null);
  const testBlocks = blocksOfTests(propertyFiles, tests, kept, {
    hasGroups,
    configs: request.project.configs.data_tests,
  });
  if (testBlocks === undefined) return undefined;
  const blocks = [
    ...pairs.map(({ known: { place }, now }) => ({ from: place, to: place + 1, nodes: [now] })),
    ...testBlocks,
  ].sort((a, b) => a.from - b.from);
  if (hasTypedKeys(blocks, edited, propertyFiles, kept)) return undefined;
  const after = indexAfter(blocks, pairs, kept);
  return after && { blocks, unitTests, warnings, ...after };
}

/**
 * Whether a node that is new, or one before it, is kept beside the manifest because a key of a mapping
 * is no text.
 */
function hasTypedKeys(
  blocks: readonly Block[],
  edited: readonly EditedNode[],
  propertyFiles: readonly EditedFile[],
  kept: KeptProject,
): boolean {
  if (blocks.some(({ nodes }) => nodes.some(nodeHasTypedKey))) return true;
  const before = (kept.rest()?.whole ?? []).filter(nodeHasTypedKey);
  if (before.length === 0) return false;
  const isEdited = fileSet([...edited, ...propertyFiles]);
  return before.some(
    ({ packageName, originalFilePath, patchPath }) =>
      isEdited(packageName, originalFilePath) || isEdited(packageName, patchPath ?? ''),
  );
}

interface EditedFile {
  readonly project: Project;
  readonly path: string;
}

/** Whether a file is one of some, by the name of its package and its path. */
function fileSet(files: readonly EditedFile[]): (packageName: string, path: string) => boolean {
  const keys = new Set(files.map(({ project, path }) => `${project.name}\t${path}`));
  return (packageName, path) => keys.has(`${packageName}\t${path}`);
}

/** The nodes of the changed files; undefined when one is not the file of just one such node. */
function editedNodes(
  files: readonly EditedFile[],
  propertyFiles: readonly EditedFile[],
  projects: readonly Project[],
  { nodes }: ParseNames,
): readonly EditedNode[] | undefined {
  const texts = files.filter((file) => !propertyFiles.includes(file));
  if (!texts.every(({ path }) => path.endsWith('.sql'))) return undefined;
  const [isText, isProperty] = [fileSet(texts), fileSet(propertyFiles)];
  const edited: EditedNode[] = [];
  let found = 0;
  for (const node of nodes) {
    const isOwn = isText(node.packageName, node.originalFilePath);
    const isDescribed = isProperty(node.packageName, node.patchPath ?? '');
    if (isOwn) found++;
    // A snapshot may stand in a property file as a whole.
    if (isProperty(node.packageName, node.originalFilePath)) return undefined;
    if (!isOwn && !isDescribed) continue;
    const one = editedNode(node, projects);
    if (one === undefined || (isDescribed && node.resourceType !== 'model')) return undefined;
    edited.push(one);
  }
  return found === texts.length ? edited : undefined;
}

function editedNode(node: NamedNode, projects: readonly Project[]): EditedNode | undefined {
  const { resourceType, packageName, originalFilePath, patchPath, version } = node;
  const project = projects.find(({ name }) => name === packageName);
  const isText = resourceType === 'model' || resourceType === 'analysis' || resourceType === 'test';
  if (project === undefined || !isText || version !== null) return undefined;
  return { project, resourceType, path: originalFilePath, propertyFile: patchPath };
}

function modelFinder({ nodes }: ParseNames) {
  const models = new Map<string, NamedNode[]>();
  for (const node of nodes) {
    if (node.resourceType !== 'model') continue;
    const key = `${node.packageName}\t${node.name}`;
    models.set(key, [...(models.get(key) ?? []), node]);
  }
  return (project: Project, name: string): EditedNode | undefined => {
    const [one, second] = models.get(`${project.name}\t${name}`) ?? [];
    return one === undefined || second !== undefined ? undefined : editedNode(one, [project]);
  };
}

/** Whether edited property files described nothing before but models, their tests and unit tests. */
function onlyDescribeModels(files: readonly EditedFile[], kept: KeptProject): boolean {
  if (files.length === 0) return true;
  const rest = kept.rest();
  // What a warning depends on that is not of one file is not kept.
  if (rest === undefined || kept.warnings.some(({ file }) => file === undefined)) return false;
  const isEdited = fileSet(files);
  const { sources, exposures, groups, semantics, functions, disabled } = rest;
  const stands = (things: Rest['exposures' | 'disabled' | 'groups' | 'semantics' | 'sources']) =>
    things.some(([, thing]) => isEdited(thing.packageName, thing.originalFilePath));
  return !(
    [sources, exposures, groups, semantics, disabled].some(stands) ||
    [...functions, ...disabled].some(
      ([, node]) => 'patchPath' in node && isEdited(node.packageName, node.patchPath ?? ''),
    ) ||
    rest.macros.some(([, { patchPath }]) => files.some(({ path }) => path === patchPath))
  );
}

/** The nodes as they were and are, linked; undefined when one of them is another to others now. */
function pairsOf(
  nodes: readonly Node[],
  { names, stored }: KeptProject,
  link: (node: Node) => Node | undefined,
  keyOf: (node: Node) => readonly string[] | undefined,
): readonly Pair[] | undefined {
  const byPath = new Map(nodes.map((node) => [pathOf(node), node]));
  const pairs: Pair[] = [];
  for (const known of names.nodes) {
    const node = byPath.get(pathOf(known));
    if (node === undefined) continue;
    const before = stored.node(known.place);
    const linked = isSameOutside(before, node) ? link(node) : undefined;
    if (linked === undefined) return undefined;
    // It is told by constraints, columns and tests, which stand in property files.
    const primary = keyOf(node) ?? before.primaryKey ?? [];
    const isDropped = before.patchPath !== null && node.patchPath === null;
    const now = {
      ...linked,
      ...(node.resourceType === 'model' ? { primaryKey: isDropped ? [] : primary } : {}),
    };
    pairs.push({ known, before, now });
  }
  return pairs.length === nodes.length ? pairs : undefined;
}

/** The unit tests that moved within their files; undefined when they are others now. */
function movedUnitTests(
  now: readonly UnitTest[],
  isEdited: (packageName: string, path: string) => boolean,
  { rest }: KeptProject,
): readonly UnitTest[] | undefined {
  const before = (rest()?.unitTests ?? []).flatMap(([, test]) =>
    isEdited(test.packageName, test.originalFilePath) ? [test] : [],
  );
  const withoutPlaces = (tests: readonly UnitTest[]) =>
    tests.map((test) => ({ ...test, line: 0, givenPlaces: [] }));
  if (!isSame(withoutPlaces(before), withoutPlaces(now))) return undefined;
  return now.filter((test, i) => !isSame(test, before[i]));
}

/** The tests of property files in the places of those that were there before. */
function blocksOfTests(
  files: readonly EditedFile[],
  tests: readonly Node[],
  { index, firstNode }: KeptProject,
  { hasGroups, configs }: { readonly hasGroups: boolean; readonly configs: ConfigTree },
): readonly Block[] | undefined {
  if (files.length === 0) return [];
  const isEdited = fileSet(files);
  const places = new Map<string, number[]>();
  const before = new Set<string>();
  const others = new Set<string>();
  let place = -firstNode;
  for (const { uniqueId, packageName, path, testType } of index().graph.nodes.values()) {
    const key = `${packageName}\t${path}`;
    if (testType === 'generic' && isEdited(packageName, path)) {
      places.set(key, [...(places.get(key) ?? []), place]);
      before.add(uniqueId);
    } else others.add(uniqueId);
    place++;
  }
  for (const { uniqueId } of tests) {
    if (others.has(uniqueId)) return undefined;
    others.add(uniqueId);
  }
  const isSameSet =
    tests.length === before.size && tests.every(({ uniqueId }) => before.has(uniqueId));
  // Configuration may be for a test that is gone, or that is new: paths that lead nowhere are warned of.
  const isForSome = Object.values(configs).some(isPlainObject);
  if ((hasGroups || isForSome) && !isSameSet) return undefined;
  const blocks: Block[] = [];
  for (const { project, path } of files) {
    const nodes = tests.filter((test) => pathOf(test) === `${project.name}\t${path}`);
    const old = places.get(`${project.name}\t${path}`) ?? [];
    if (old.length === 0 && nodes.length === 0) continue;
    const [from, to] = [old[0]!, old.at(-1)! + 1];
    // Where none was, their place is not known.
    if (old.length === 0 || to - from !== old.length) return undefined;
    if (nodes.length === 0 && Object.keys(configs).length > 0) return undefined;
    blocks.push({ from, to, nodes });
  }
  return blocks;
}

function pathOf(node: { readonly packageName: string; readonly originalFilePath: string }): string {
  return `${node.packageName}\t${node.originalFilePath}`;
}

/** Whether a node is to all others what it was: they name it, test it, and may use it as before. */
function isSameOutside(before: Node, now: Node): boolean {
  return (
    now.config['enabled'] !== false &&
    // Of semantic models and time spines more is written than the manifest.
    [before, now].every(({ timeSpine, metrics }) => !timeSpine && !metrics?.length) &&
    !isLanding(before) &&
    !isLanding(now) &&
    isSame(outside(before), outside(now))
  );
}

function outside(node: Node): unknown {
  const { uniqueId, fqn, path, version, latestVersion, access, group } = node;
  const { database, schema, alias } = node;
  const relation = relationKey({ database, schema, identifier: alias });
  const isEphemeral = node.config['materialized'] === 'ephemeral';
  const isStored = node.config['store_failures'] === true;
  const eventTime = node.config['event_time'] ?? null;
  return [
    [eventTime],
    [uniqueId, fqn, path, version, latestVersion, access, group],
    [relation, alias, schema, database, isEphemeral, isStored],
  ];
}

/** What `checkLandingNodes` has a say about. */
function isLanding({ config }: Node): boolean {
  return config['materialized'] === 'landing' || config['expectations'] !== undefined;
}

/** Gives a node what its names lead to; undefined when one leads nowhere or must not be used. */
function linker({ names, rest }: KeptProject, projects: readonly Project[]) {
  const { nodes, sources, disabled } = names;
  const functions = (rest()?.functions ?? []).map(([, one]) => one);
  const index = new NameIndex(nodes, sources, disabled, projects[0]!, functions);
  const byId = new Map(nodes.map((one) => [one.uniqueId, one]));
  const byName = new Map(projects.map((project) => [project.name, project]));
  const landings = new Set<UniqueId>();
  for (const { uniqueId, isLanding } of sources) if (isLanding) landings.add(uniqueId);
  return (node: Node): Node | undefined => {
    try {
      const ids = resolveDependencies(node, index);
      if (ids.some((id) => landings.has(id))) return undefined;
      // What is warned of these depends on what they name.
      if (isMicrobatch(node) || rootDependencies(node, index, projects[0]!).length > 0)
        return undefined;
      const linked = { ...node, dependsOn: { ...node.dependsOn, nodes: ids } };
      checkAccess(linked, byId, byName);
      checkConfig(linked);
      return linked;
    } catch (error) {
      if (isTsdbtError(error)) return undefined;
      throw error;
    }
  };
}
