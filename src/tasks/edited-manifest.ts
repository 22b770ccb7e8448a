import { type ManifestArtifactOptions, nodeWriter } from '../artifacts/manifest-v12.ts';
import { familyText } from './index-after-edits.ts';
import type { Rest } from './kept-parse.ts';
import type { ManifestChanges, StoredManifest, WrittenManifest } from './manifest-store.ts';
import type { OpenedProject, ParsedProject } from './open-project.ts';
import type { ParsedEdits } from './parse-edits.ts';
import { manifestOptions, masker, targetFile } from './write-artifacts.ts';

/** The edited nodes as they are written in the manifest. */
export function changesOf(
  { blocks, index, hasOtherFamilies }: ParsedEdits,
  inert: Rest['inert'],
  projects: Pick<ParsedProject['manifest'], 'project' | 'packages'>,
  options: ManifestArtifactOptions,
): ManifestChanges {
  const write = nodeWriter(projects, options);
  return {
    blocks: blocks.map(({ from, to, nodes }) => ({
      from,
      to,
      entries: nodes.map((node) => ({
        id: node.uniqueId,
        text: write(node),
        firstLine: node.firstLine,
      })),
    })),
    ...(hasOtherFamilies ? { familyMaps: () => familyText(index!.graph, inert) } : {}),
  };
}

/** Writes a manifest that is the stored one but for some changes. */
export function writeFrom(
  stored: StoredManifest,
  opened: OpenedProject,
  name: string,
  changes: ManifestChanges,
): WrittenManifest {
  return stored.write(
    targetFile(opened, name),
    opened.project,
    manifestOptions(opened),
    changes,
    masker(opened),
  );
}
