import { functionArguments } from '../context/ref-arguments.ts';
import { RelationObject } from '../context/relation-object.ts';
import type { Node } from '../contracts/node.ts';
import type { Relation } from '../contracts/relation.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { hostFunction, suspend, type Value } from '../jinja/index.ts';
import type { CompileEnvironment } from './compile-node.ts';
import { deferredFunction } from './deferral.ts';

/** `function`, which gives the name of a function in SQL; what it is called with stands behind it. */
export function functionName(node: Node, environment: CompileEnvironment): Value {
  const { deferral, database, host, names } = environment;
  const named = (relation: Relation) => new RelationObject(host.dialect, relation, 'function');
  return hostFunction('function', (args, kwargs) => {
    const asked = functionArguments(args, kwargs);
    const target = names.function(asked, node.packageName);
    if (target === undefined) {
      const label = `${node.resourceType} "${node.name}"`;
      throw tsdbtError('function-not-found', { node: label, target: asked.name });
    }
    const { database: of, schema, alias: identifier } = target;
    const own = { database: of, schema, identifier };
    if (deferral === undefined) return named(own);
    return suspend(
      deferredFunction(target, own, deferral, database).then((other) => named(other ?? own)),
    );
  });
}
