import type { Node } from '../../contracts/node.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import type { Diagnostics } from '../diagnostics.ts';

/** Warnings of models with a `deprecation_date`, whose time decides which of them are told. */
export const deprecationWarnings: ReadonlySet<string> = new Set([
  ...['DeprecatedModel', 'DeprecatedReference', 'UpcomingReferenceDeprecation'],
]);

/** Warns of models behind their date, and of what refers to models that have one. */
export function warnOfDeprecatedModels(
  nodes: ReadonlyMap<UniqueId, Node>,
  diagnostics: Diagnostics,
): void {
  const dated = new Map<UniqueId, string>();
  for (const node of nodes.values()) {
    const date = node.deprecationDate ?? null;
    if (date === null || Number.isNaN(Date.parse(date))) continue;
    dated.set(node.uniqueId, date);
    diagnostics.warn(
      'DeprecatedModel',
      `The model ${called(node)} has passed its deprecation date of ${date}.`,
      { from: date },
    );
  }
  if (dated.size === 0) return;
  for (const node of nodes.values()) {
    if (node.resourceType !== 'model') continue;
    for (const id of node.dependsOn.nodes) {
      const date = dated.get(id);
      if (date === undefined) continue;
      const target = nodes.get(id)!;
      const found = `The model ${called(node)} refers to ${called(target)}`;
      const hint = newerVersion(target);
      diagnostics.warn(
        'UpcomingReferenceDeprecation',
        `${found}, which is to be deprecated on ${date}.${hint}`,
        { until: date },
      );
      diagnostics.warn(
        'DeprecatedReference',
        `${found}, which is deprecated since ${date}.${hint}`,
        { from: date },
      );
    }
  }
}

function called({ name, version }: Node): string {
  return `"${name}"${version === null ? '' : ` (version ${version})`}`;
}

function newerVersion({ name, packageName, version, latestVersion }: Node): string {
  if (version === null || latestVersion === null || String(version) === String(latestVersion))
    return '';
  return ` There is a newer version: {{ ref('${packageName}', '${name}', v='${latestVersion}') }}.`;
}
