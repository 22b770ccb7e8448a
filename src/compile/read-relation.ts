import { RelationObject } from '../context/relation-object.ts';
import type { Node, SourceNode } from '../contracts/node.ts';
import type { Relation } from '../contracts/relation.ts';
import type { CompileEnvironment } from './compile-node.ts';
import { externalLocation } from './external-source.ts';
import { filteredInput } from './input-filter.ts';
import { calledSourcePolicy, quotePolicy } from './quote-policy.ts';

/** A relation that a node reads, or the subquery of it that the invocation's filter leaves. */
export function readRelation(
  relation: Relation,
  input: Node | SourceNode | undefined,
  reader: Node,
  environment: CompileEnvironment,
): RelationObject {
  const { dialect } = environment.host;
  const file = input?.resourceType === 'source' ? externalLocation(input) : undefined;
  const quote =
    input?.resourceType === 'source'
      ? calledSourcePolicy(input.quoting)
      : quotePolicy(environment.manifest, undefined);
  const shape = file === undefined ? { quote } : { rendered: file };
  const plain = new RelationObject(dialect, relation, null, shape);
  const rendered =
    input === undefined
      ? undefined
      : filteredInput(plain.pyStr(), input, reader, environment, dialect);
  return rendered === undefined ? plain : new RelationObject(dialect, relation, null, { rendered });
}
