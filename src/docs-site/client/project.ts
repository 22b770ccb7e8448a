import { compareStatus, statusTone, type Tone } from '../shared/status.ts';
import { visibleText, wellFormed } from '../shared/visible-text.ts';
import { type BootWire, decodeId, type NodeExtra } from '../shared/wire.ts';

/** The boot data by node number, with what follows from it. */
export interface Project {
  readonly boot: BootWire;
  readonly count: number;
  readonly drawn: number;
  readonly ids: readonly string[];
  /** Names as shown: unseen characters are replaced. */
  readonly names: readonly string[];
  readonly byId: ReadonlyMap<string, number>;
  readonly children: readonly (readonly number[])[];
  type(node: number): string;
  pkg(node: number): string;
  folder(node: number): string;
  path(node: number): string;
  space(node: number): readonly [database: string, schema: string] | undefined;
  material(node: number): string;
  tags(node: number): readonly string[];
  extra(node: number): NodeExtra;
  status(node: number): string;
  ms(node: number): number;
  rows(node: number): number;
  parents(node: number): readonly number[];
  /** Parents and children in the lineage: without tests and macros. */
  lineageParents(node: number): readonly number[];
  lineageChildren(node: number): readonly number[];
  tests(node: number): readonly number[];
  /** The worst status of the node's tests, '' without results. */
  testStatus(node: number): string;
  /** Tone of the node as a whole: its own run and its tests. */
  tone(node: number): Tone | undefined;
}

export function createProject(boot: BootWire): Project {
  const { nodes, drawn } = boot;
  const count = nodes.name.length;
  const type = (node: number): string => boot.types[nodes.type[node]!]!;
  const isTest = (node: number): boolean => type(node) === 'test' || type(node) === 'unit_test';
  const ids = nodes.name.map((name, node) =>
    wellFormed(decodeId(nodes.id[node]!, type(node), boot.packages[nodes.pkg[node]!]!, name)),
  );
  const children: number[][] = nodes.name.map(() => []);
  nodes.parents.forEach((parents, node) => {
    for (const parent of parents) children[parent]!.push(node);
  });
  // What is shown goes through visibleText; selectors read the boot data itself.
  const folders = boot.folders.map(visibleText);
  const fileNames = boot.fileNames.map(visibleText);
  const names = nodes.name.map(visibleText);
  const packages = boot.packages.map(visibleText);
  const materials = boot.materials.map(visibleText);
  const tagSets = boot.tagSets.map((tags) => tags.map(visibleText));
  const spaces = boot.spaces.map(
    ([database, schema]) => [visibleText(database), visibleText(schema)] as const,
  );
  const extras = boot.extras.map(
    (extra) =>
      Object.fromEntries(
        Object.entries(extra).map(([key, value]) => [
          key,
          typeof value === 'string' ? visibleText(value) : value,
        ]),
      ) as NodeExtra,
  );
  const extra = (node: number): NodeExtra => extras[nodes.extra[node]!]!;
  const status = (node: number): string => boot.statuses[nodes.status[node]!]!;
  const tests = (node: number): number[] =>
    children[node]!.filter(
      (child) =>
        isTest(child) &&
        (extra(child).testKind === 'singular' || nodes.parents[child]![0] === node),
    );
  const testStatus = (node: number): string =>
    tests(node)
      .map(status)
      .filter((found) => found !== '')
      .sort(compareStatus)[0] ?? '';
  // The map asks for every node in every frame.
  const tones = new Map<number, Tone | undefined>();
  return {
    boot,
    count,
    drawn,
    ids,
    names,
    byId: new Map(ids.map((id, node) => [id, node])),
    children,
    type,
    pkg: (node) => packages[nodes.pkg[node]!]!,
    folder: (node) => folders[nodes.folder[node]!]!,
    path: (node) => {
      const folder = folders[nodes.folder[node]!]!;
      const file = fileNames[nodes.file[node]!]! || `${names[node]!}.sql`;
      return folder === '' ? file : `${folder}/${file}`;
    },
    space: (node) => (nodes.space[node]! < 0 ? undefined : spaces[nodes.space[node]!]),
    material: (node) => materials[nodes.material[node]!]!,
    tags: (node) => tagSets[nodes.tags[node]!]!,
    extra,
    status,
    ms: (node) => nodes.ms[node]!,
    rows: (node) => nodes.rows[node]!,
    parents: (node) => nodes.parents[node]!,
    lineageParents: (node) => nodes.parents[node]!.filter((parent) => parent < drawn),
    lineageChildren: (node) => children[node]!.filter((child) => child < drawn),
    tests,
    testStatus,
    tone: (node) => {
      if (tones.has(node)) return tones.get(node);
      const [worst] = [status(node), testStatus(node)]
        .filter((found) => found !== '')
        .sort(compareStatus);
      const tone = worst === undefined ? undefined : statusTone(worst);
      tones.set(node, tone);
      return tone;
    },
  };
}

/** All nodes reached from one, in one direction, itself included. */
export function reach(
  next: (node: number) => readonly number[],
  start: number,
  depth = Number.POSITIVE_INFINITY,
): Set<number> {
  const seen = new Set([start]);
  let frontier = [start];
  for (let step = 0; step < depth && frontier.length > 0; step++) {
    const following: number[] = [];
    for (const node of frontier) {
      for (const other of next(node)) {
        if (seen.has(other)) continue;
        seen.add(other);
        following.push(other);
      }
    }
    frontier = following;
  }
  return seen;
}
