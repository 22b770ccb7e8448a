import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node } from '../../contracts/node.ts';
import type { Project } from '../../contracts/project.ts';
import { relationKey } from '../../contracts/relation.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { suggest } from '../../errors/suggest.ts';
import { type TsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { ParsedPackage } from '../parse-package.ts';
import type { PropertySections } from '../property-files.ts';

/** Things of one id, or nothing: sources, exposures, metrics and the like. */
export function reportRepeated(
  things: readonly Pick<Node, 'uniqueId' | 'name' | 'originalFilePath'>[],
  diagnostics: Diagnostics,
): void {
  const seen = new Map<UniqueId, string>();
  for (const { uniqueId, name, originalFilePath: file } of things) {
    const first = seen.get(uniqueId);
    if (first === undefined) seen.set(uniqueId, file);
    else diagnostics.add(duplicate(uniqueId.slice(0, uniqueId.indexOf('.')), name, first, file));
  }
}

function duplicate(kind: string, name: string, first: string, second: string): TsdbtError {
  const location = { file: second };
  return tsdbtError('duplicate-resource', { kind, name, first, second }, { location });
}

/**
 * Two enabled nodes of a package that `ref` could not tell apart, or with one id. dbt only warns of a
 * model and a seed or snapshot of one name, unless a flag of the project says otherwise.
 */
export function reportDuplicates(
  nodes: readonly Node[],
  root: Project,
  diagnostics: Diagnostics,
): void {
  const isLenient =
    root.file === 'dbt_project.yml' && root.flags['require_unique_project_resource_names'] !== true;
  const seen = new Map<string, Node>();
  for (const node of nodes) {
    const referable =
      node.resourceType === 'model' ||
      node.resourceType === 'seed' ||
      node.resourceType === 'snapshot';
    const key = referable
      ? `name ${node.packageName} ${node.name} ${node.version ?? ''}`
      : node.uniqueId;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, node);
    else {
      const { resourceType, name, originalFilePath: file } = node;
      const error = duplicate(resourceType, name, first.originalFilePath, file);
      if (isLenient && first.resourceType !== resourceType)
        diagnostics.warn('DuplicateNameDistinctNodeTypesDeprecation', error.message);
      else diagnostics.add(error);
    }
  }
}

/** Properties that describe nothing: almost always a slip in the name. */
export function reportLooseProperties(
  { nodes, functions }: Pick<ParsedPackage, 'nodes' | 'functions'>,
  properties: PropertySections,
  project: Project,
  diagnostics: Diagnostics,
  foreign: ReadonlySet<string>,
  isReferable: (name: string) => boolean,
): void {
  for (const [section, kind] of [
    ['models', 'model'],
    ['seeds', 'seed'],
    ['snapshots', 'snapshot'],
    ['data_tests', 'test'],
    ['functions', 'function'],
  ] as const) {
    const ofKind = [...nodes, ...functions].filter((node) => node.resourceType === kind);
    // A file that is an overload is no function, but may be described.
    const overloads = ofKind.flatMap((node) => node.signature?.overloads ?? []);
    const names = new Set([
      ...ofKind.map((node) => node.name),
      ...overloads.map(({ definedIn }) => definedIn),
    ]);
    for (const { properties: p, yaml, path } of properties[section]) {
      if (names.has(p.name) || foreign.has(`${project.name} ${kind} ${p.name}`)) continue;
      const error = tsdbtError(
        'properties-without-node',
        { kind, name: p.name, near: suggest(p.name, [...names]) },
        { location: yaml.locate([...path, 'name']) },
      );
      // dbt only warns; a project that is ours is held to more.
      if (project.file === 'project.yml') diagnostics.add(error);
      else if (kind !== 'test' && kind !== 'function' && isReferable(p.name))
        diagnostics.warn(
          'WrongResourceSchemaFile',
          `${error.message} What has this name is of another kind.`,
        );
      else diagnostics.warn('NoNodeForYamlKey', error.message);
    }
  }
}

/** Two nodes that would build one relation; ephemeral ones count, as in dbt. */
export function reportRelationClashes(
  nodes: ReadonlyMap<UniqueId, Node>,
  diagnostics: Diagnostics,
): void {
  const seen = new Map<string, Node>();
  for (const node of nodes.values()) {
    const isStored = node.resourceType === 'test' && node.config['store_failures'] === true;
    if (!['model', 'seed', 'snapshot'].includes(node.resourceType) && !isStored) continue;
    const relation = { database: node.database, schema: node.schema, identifier: node.alias };
    const first = seen.get(relationKey(relation));
    if (first === undefined) seen.set(relationKey(relation), node);
    else {
      diagnostics.add(
        tsdbtError(
          'relation-name-clash',
          {
            relation: Object.values(relation).join('.'),
            first: first.uniqueId,
            second: node.uniqueId,
          },
          { location: { file: node.originalFilePath } },
        ),
      );
    }
  }
}

/** Gives errors the text of the file they point into, for the code frame. */
export function withFrames(errors: readonly TsdbtError[], root: string): readonly TsdbtError[] {
  const texts = new Map<string, string | undefined>();
  const textOf = (file: string): string | undefined => {
    if (!texts.has(file)) texts.set(file, readable(join(root, file)));
    return texts.get(file);
  };
  return errors.map((error) => {
    const file = error.location?.file;
    if (error.sourceText !== undefined || file === undefined || error.location?.line === undefined)
      return error;
    const sourceText = textOf(file);
    return sourceText === undefined ? error : error.with({ sourceText });
  });
}

function readable(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
