import type { Node } from '../contracts/node.ts';
import type { Relation } from '../contracts/relation.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { quarantineRelation } from '../ingest/index.ts';
import { type Suspension, suspend, type Value } from '../jinja/index.ts';
import type { CompileEnvironment, Names } from './compile-node.ts';
import { deferredRelation } from './deferral.ts';
import type { Cte } from './inject-ctes.ts';
import { readRelation } from './read-relation.ts';
import { givenFor, standInRelation } from './stand-in.ts';

/** What `ref` gives for the quarantine of a landing model; it is where the model itself is read. */
export function quarantineOf(
  { model, table }: NonNullable<ReturnType<Names['quarantine']>>,
  name: string,
  node: Node,
  environment: CompileEnvironment,
  ctes: Map<UniqueId, Cte>,
): Value | Suspension {
  if (environment.standIns !== undefined) {
    const given = givenFor(node, table.uniqueId, `ref('${name}')`, environment);
    return standInRelation(table.uniqueId, given, environment, ctes);
  }
  const { database, schema, identifier } = table;
  const declared =
    node.dependsOn.nodes.includes(model.uniqueId) || node.resourceType === 'operation';
  if (!declared) throw tsdbtError('ref-undeclared', { node: node.uniqueId, target: name });
  const read = (relation: Relation) => readRelation(relation, table, node, environment);
  const { deferral } = environment;
  const own = { database: model.database, schema: model.schema, identifier: model.alias };
  if (deferral === undefined) return read({ database, schema, identifier });
  return suspend(
    deferredRelation(model, own, deferral, environment.database).then((other) =>
      read(other === undefined ? { database, schema, identifier } : quarantineRelation(other)),
    ),
  );
}
