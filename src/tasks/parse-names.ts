import type { Manifest } from '../contracts/manifest.ts';
import type { NodeResourceType } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import type { Referable, ReferableSource } from '../parse/resolve.ts';

/** A node that others may name, or that has a file of its own, as far as naming it goes. */
export interface NamedNode extends Referable {
  /** Where it stands in the manifest. */
  readonly place: number;
  readonly access: string | null;
  readonly group: string | null;
  readonly originalFilePath: string;
  readonly patchPath: string | null;
}

export interface NamedSource extends ReferableSource {
  readonly isLanding: boolean;
}

/** What the names of a project lead to, without the rest of its nodes. */
export interface ParseNames {
  readonly nodes: readonly NamedNode[];
  readonly sources: readonly NamedSource[];
  readonly disabled: readonly { resourceType: string; name: string; sourceName?: string }[];
}

type Row = readonly [
  place: number,
  uniqueId: UniqueId,
  resourceType: NodeResourceType,
  name: string,
  packageName: string,
  version: string | number | null,
  latestVersion: string | number | null,
  access: string | null,
  group: string | null,
  originalFilePath: string,
  patchPath: string | null,
];

/** The names of a manifest. */
export function namesOf(manifest: Manifest): ParseNames {
  const nodes: NamedNode[] = [];
  let place = 0;
  for (const node of manifest.nodes.values()) {
    const at = place++;
    // Generic tests are declared in property files, and nothing refers to them.
    if (node.testMetadata !== null) continue;
    const { uniqueId, resourceType, name, packageName, version, latestVersion } = node;
    const { access, group, originalFilePath, patchPath } = node;
    const known = { place: at, uniqueId, resourceType, name, packageName, version, latestVersion };
    nodes.push({ ...known, access, group, originalFilePath, patchPath });
  }
  const sources: NamedSource[] = [...manifest.sources.values()].map((source) => {
    const { uniqueId, name, sourceName, packageName, landing } = source;
    return { uniqueId, name, sourceName, packageName, isLanding: landing !== null };
  });
  const disabled = [...manifest.disabled.values()].map((node) => ({
    resourceType: node.resourceType,
    name: node.name,
    ...('sourceName' in node ? { sourceName: node.sourceName } : {}),
  }));
  return { nodes, sources, disabled };
}

/** Names as JSON. */
export function encodeNames({ nodes, ...rest }: ParseNames): string {
  const rows = nodes.map(
    (node): Row => [
      node.place,
      node.uniqueId,
      node.resourceType,
      node.name,
      node.packageName,
      node.version,
      node.latestVersion,
      node.access,
      node.group,
      node.originalFilePath,
      node.patchPath,
    ],
  );
  return JSON.stringify({ nodes: rows, ...rest });
}

/** The names that {@link encodeNames} wrote. */
export function decodeNames(text: string): ParseNames {
  const { nodes, ...rest } = JSON.parse(text) as Omit<ParseNames, 'nodes'> & {
    readonly nodes: readonly Row[];
  };
  return {
    ...rest,
    nodes: nodes.map(
      ([place, uniqueId, resourceType, name, packageName, version, latestVersion, ...more]) => {
        const [access, group, originalFilePath, patchPath] = more;
        const known = { place, uniqueId, resourceType, name, packageName, version, latestVersion };
        return { ...known, access, group, originalFilePath, patchPath };
      },
    ),
  };
}
