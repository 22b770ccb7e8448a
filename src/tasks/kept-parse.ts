import type { Manifest } from '../contracts/manifest.ts';
import type { Macro, Node, UnitTest } from '../contracts/node.ts';
import type { Project } from '../contracts/project.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import type { MacroBlock } from '../jinja/index.ts';
import type { ParseSetup } from '../parse/parse-setup.ts';
import { keptJson, parseJson } from '../util/exact-json.ts';
import { hasTypedKey } from '../util/mapping-key.ts';
import type { OpenedProject } from './open-project.ts';
import type { StoredNodes } from './stored-nodes.ts';

/** All of a manifest but its nodes and the texts of its macros; of nodes that the artifact cuts short, all. */
export interface Rest {
  readonly whole: readonly Node[];
  readonly sources: Entries<'sources'>;
  readonly exposures: Entries<'exposures'>;
  readonly docs: Entries<'docs'>;
  readonly groups: Entries<'groups'>;
  readonly unitTests: Entries<'unitTests'>;
  readonly functions: Entries<'functions'>;
  readonly semantics: Entries<'semantics'>;
  readonly inert: Entries<'inert'>;
  readonly disabled: Entries<'disabled'>;
  /** What is known of macros beside what their own files say. */
  readonly macros: readonly (readonly [UniqueId, MacroFacts])[];
}

type Entries<Section extends keyof Manifest> =
  Manifest[Section] extends ReadonlyMap<UniqueId, infer T>
    ? readonly (readonly [UniqueId, T])[]
    : never;

type MacroFacts = Pick<
  Macro,
  'description' | 'meta' | 'arguments' | 'dependsOnMacros' | 'patchPath' | 'docs'
>;

/** Whether a node can't be read back from the manifest, whose keys are all texts. */
function isCutShort(node: Node): boolean {
  return node.resourceType === 'seed' || node.latestPointer !== undefined || nodeHasTypedKey(node);
}

/** Whether a mapping of a node has a key that is no text. */
export function nodeHasTypedKey(node: Node): boolean {
  const { config, unrenderedConfig, meta, columns, constraints, testMetadata } = node;
  return [config, unrenderedConfig, meta, columns, constraints, testMetadata?.kwargs].some(
    hasTypedKey,
  );
}

/** What of a manifest is kept beside its text, as JSON. */
export function encodeRest(manifest: Manifest<MacroBlock>): string {
  const { sources, exposures, docs, groups, unitTests, functions } = manifest;
  const { semantics, inert, disabled } = manifest;
  return keptJson({
    whole: [...manifest.nodes.values()].filter(isCutShort),
    sources: [...sources],
    exposures: [...exposures],
    docs: [...docs],
    groups: [...groups],
    unitTests: [...unitTests],
    functions: [...functions],
    semantics: [...semantics],
    inert: [...inert],
    disabled: [...disabled],
    macros: [...manifest.macros.values()].map((macro) => {
      const { description, meta, arguments: args, dependsOnMacros, patchPath, docs: show } = macro;
      return [
        macro.uniqueId,
        { description, meta, arguments: args, dependsOnMacros, patchPath, docs: show },
      ];
    }),
  });
}

/** What {@link encodeRest} kept. */
export function decodeRest(text: string): Rest {
  return parseJson(text) as Rest;
}

/** The same with some unit tests as they are now. */
export function withUnitTests(rest: Rest, now: readonly UnitTest[]): Rest {
  const byId = new Map(now.map((test) => [test.uniqueId, test]));
  const unitTests = rest.unitTests.map(([id, test]) => [id, byId.get(id) ?? test] as const);
  return { ...rest, unitTests };
}

/** The manifest again: nodes are read as they are asked for, macros were parsed anew. */
export function restoredManifest(
  { project, target }: OpenedProject,
  packages: readonly Project[],
  rest: Rest,
  nodes: StoredNodes,
  { macros }: ParseSetup,
): Manifest<MacroBlock> {
  const facts = new Map(rest.macros);
  return {
    project,
    packages,
    target,
    nodes,
    sources: new Map(rest.sources),
    exposures: new Map(rest.exposures),
    docs: new Map(rest.docs),
    groups: new Map(rest.groups),
    unitTests: new Map(rest.unitTests),
    functions: new Map(rest.functions),
    semantics: new Map(rest.semantics),
    inert: new Map(rest.inert),
    disabled: new Map(rest.disabled),
    macros: new Map(
      macros.map((macro) => [macro.uniqueId, withFacts(macro, facts.get(macro.uniqueId))]),
    ),
  };
}

/** Built-in macros parse their text when it is asked for: they stay as they are. */
function withFacts(macro: Macro<MacroBlock>, facts: MacroFacts | undefined): Macro<MacroBlock> {
  return facts === undefined || Object.getPrototypeOf(macro) !== Object.prototype
    ? macro
    : { ...macro, ...facts };
}
