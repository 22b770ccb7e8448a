import { join } from 'node:path';
import type { Deferral } from '../compile/deferral.ts';
import type { Json } from '../contracts/json.ts';
import type { Relation } from '../contracts/relation.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { readArtifact } from './read-artifact.ts';

/** `--defer` as asked for. */
export interface DeferRequest {
  /** Folder of `--defer-state`, else of `--state`. */
  readonly state: string | undefined;
  readonly favorState: boolean;
}

/**
 * Reads where nodes stand in the state that a request defers to; undefined when it does not defer.
 * Throws `defer-needs-state` when no folder is named, `state-unreadable` when it has no manifest.
 */
export function readDeferral(
  request: DeferRequest | undefined,
  selected: ReadonlySet<UniqueId>,
): Deferral | undefined {
  if (request === undefined) return undefined;
  const { state, favorState } = request;
  if (state === undefined) throw tsdbtError('defer-needs-state', {});
  const path = join(state, 'manifest.json');
  const manifest = readArtifact(path, 'manifest');
  if (manifest === undefined)
    throw tsdbtError('state-unreadable', { path, problem: 'there is no such file' });
  const relations = new Map<string, Relation>();
  for (const section of [manifest['nodes'], manifest['functions']]) {
    for (const [id, node] of Object.entries(isPlainObject(section) ? section : {})) {
      const relation = relationIn(node as Json);
      if (relation !== undefined) relations.set(id, relation);
    }
  }
  return { relations, favorState, selected };
}

const refTypes: ReadonlySet<unknown> = new Set(['model', 'seed', 'snapshot', 'function']);

/** The relation of a node of a manifest.json, if `ref` or `function` can mean it and it has one. */
function relationIn(node: Json): Relation | undefined {
  if (!isPlainObject(node) || !refTypes.has(node['resource_type'])) return undefined;
  const config = node['config'];
  if (isPlainObject(config) && config['materialized'] === 'ephemeral') return undefined;
  const { database, schema, alias } = node;
  return typeof database === 'string' && typeof schema === 'string' && typeof alias === 'string'
    ? { database, schema, identifier: alias }
    : undefined;
}
