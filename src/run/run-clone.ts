import { callMacroIn } from '../compile/call-macro.ts';
import { relationOf } from '../compile/compile-node.ts';
import { RelationObject } from '../context/relation-object.ts';
import { relationKey } from '../contracts/relation.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { explicitOverrides, materializationMacro } from './macro-path.ts';
import type { NodeRun } from './run-context.ts';
import { materializationMembers, returnedRelations } from './run-through-macro.ts';
import { Transaction } from './transaction.ts';

/**
 * Makes a node from what another state has of it, by the materialization `clone`: a view, unless the
 * project says how tables are copied. What stands here already is left alone without a full refresh,
 * and what the other state does not have is passed over (core `task/clone.py`).
 */
export const runClone: NodeRun = async (node, context, connection, progress) => {
  const { session, dialect, flags, manifest } = context;
  const environment = context.environment(connection);
  const target = relationOf(node);
  const other = context.cloneFrom?.get(node.uniqueId);
  const relationName = dialect.relation(target);
  const there = (await session.relations()).find(target) !== undefined;
  const replaces = !there || flags.fullRefresh;
  if (other !== undefined && relationKey(other) === relationKey(target) && replaces)
    throw tsdbtError(
      'clone-of-itself',
      { node: node.uniqueId, relation: relationName },
      { nodeId: node.uniqueId, location: { file: node.originalFilePath } },
    );
  const transaction = new Transaction(connection);
  const members = new Map(
    materializationMembers(
      node,
      other === undefined ? '' : `select * from ${dialect.relation(other)}`,
      context,
      connection,
      progress,
    ),
  );
  if (other !== undefined) members.set('defer_relation', new RelationObject(dialect, other));
  const macro = materializationMacro(
    'clone',
    environment.host,
    explicitOverrides(manifest.project),
  );
  try {
    const { value, result } = await callMacroIn(
      node,
      {
        ...environment,
        database: session.templateDatabase(connection, environment.files, transaction),
      },
      { packageName: macro!.packageName, name: macro!.name, extra: members },
    );
    const relations = returnedRelations(value, node);
    if (await transaction.rollback())
      await session.refreshRelations(target.database, target.schema);
    const cache = await session.relations();
    for (const { relation, type } of relations) if (type !== null) cache.put({ ...relation, type });
    return {
      status: 'success',
      message: result('main') === null ? 'No-op' : 'OK',
      rowsAffected: null,
      compiledCode: null,
      relationName,
    };
  } catch (error) {
    await transaction.rollback();
    await session.refreshRelations(target.database, target.schema);
    throw error;
  }
};
