import type { RelationObject } from '../context/relation-object.ts';
import type { Node } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { CompileEnvironment, StandIn } from './compile-node.ts';
import { cteRelation } from './cte-relation.ts';
import type { Cte } from './inject-ctes.ts';

/** The common table expression that has the rows which a unit test gives for an input. */
export function standInRelation(
  id: UniqueId,
  { name, sql }: StandIn,
  { host }: CompileEnvironment,
  ctes: Map<UniqueId, Cte>,
): RelationObject {
  ctes.set(id, { id, sql: ` ${name} as (\n${sql}\n)` });
  return cteRelation(host.dialect, name);
}

/** The rows a unit test gives for an input; an error when it gives none. */
export function givenFor(
  node: Node,
  id: UniqueId,
  call: string,
  environment: CompileEnvironment,
): StandIn {
  const given = environment.standIns!.get(id);
  if (given === undefined)
    throw tsdbtError('unit-test-input-missing', { test: node.uniqueId, input: call });
  return given;
}
