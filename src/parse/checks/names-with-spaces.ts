import type { Manifest } from '../../contracts/manifest.ts';
import type { Node } from '../../contracts/node.ts';
import type { Project } from '../../contracts/project.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { Diagnostics } from '../diagnostics.ts';

interface Named {
  readonly kind: string;
  readonly name: string;
  readonly file: string;
}

/** Names with spaces: an error, unless a flag of the project lets them be. */
export function reportNamesWithSpaces(
  nodes: Iterable<Node>,
  project: Project,
  diagnostics: Diagnostics,
): void {
  const found: Named[] = [];
  for (const { name, resourceType: kind, originalFilePath: file } of nodes)
    if (name.includes(' ')) found.push({ kind, name, file });
  const isRefused = project.flags?.['require_resource_names_without_spaces'] !== false;
  report(found, isRefused, diagnostics);
}

/** The same of sources and semantic models: a warning, unless a flag makes it an error. */
export function reportOtherNamesWithSpaces(
  { sources, semantics }: Pick<Manifest, 'sources' | 'semantics'>,
  project: Project,
  diagnostics: Diagnostics,
): void {
  const found = new Map<string, Named>();
  for (const { sourceName: name, originalFilePath: file } of sources.values())
    if (name.includes(' ') && !found.has(`source ${name}`))
      found.set(`source ${name}`, { kind: 'source', name, file });
  for (const { resourceType, name, originalFilePath: file, uniqueId } of semantics.values())
    if (resourceType === 'semantic_model' && name.includes(' '))
      found.set(uniqueId, { kind: 'semantic model', name, file });
  const isRefused =
    project.flags['require_source_and_semantic_model_names_without_spaces'] === true;
  report([...found.values()], isRefused, diagnostics, 'Rename it.');
}

/** An error for each, or a warning for each and one that counts them. */
function report(
  found: readonly Named[],
  isRefused: boolean,
  diagnostics: Diagnostics,
  hint?: string,
): void {
  for (const { kind, name, file } of found) {
    const facts = { location: { file }, ...(hint === undefined ? {} : { hint }) };
    const error = tsdbtError('resource-name-with-spaces', { kind, name }, facts);
    if (isRefused) diagnostics.add(error);
    else diagnostics.warn('SpacesInResourceNameDeprecation', `${file}: ${error.message}`);
  }
  if (isRefused || found.length === 0) return;
  const text = `Names with spaces in them are deprecated: ${found.length} found.`;
  diagnostics.warn('ResourceNamesWithSpacesDeprecation', text);
}
