import type { NodeConfig } from '../config/node-config.ts';
import { nodeScope } from '../context/node-scope.ts';
import { callMacro, driveSync, fromJs, toStr, type Value } from '../jinja/index.ts';
import type { ParseContext } from './parse-context.ts';

export interface NamedNode {
  readonly name: string;
  readonly packageName: string;
  readonly version: string | number | null;
  readonly config: NodeConfig;
  readonly fqn: readonly string[];
  readonly resourceType: string;
}

/**
 * Database, schema and alias of a node, through the macros `generate_database_name`,
 * `generate_schema_name` and `generate_alias_name`, which projects override
 * (docs.getdbt.com/docs/build/custom-schemas).
 */
export function relationName(
  context: ParseContext,
  node: NamedNode,
): { database: string; schema: string; alias: string } {
  const scope = nodeScope(context.host, { packageName: node.packageName, members: new Map() });
  const nodeValue = fromJs({
    name: node.name,
    package_name: node.packageName,
    version: node.version,
    config: node.config,
    fqn: node.fqn,
    resource_type: node.resourceType,
    unique_id: `${node.resourceType}.${node.packageName}.${node.name}`,
  });
  const call = (macro: string, custom: Value): string => {
    const callable = scope.lookup(macro);
    if (callable === undefined) return toStr(custom);
    return toStr(driveSync(callMacro(callable, [custom, nodeValue]))).trim();
  };
  const configured = (key: string): Value => fromJs(node.config[key] ?? null);
  return {
    database: call('generate_database_name', configured('database')),
    schema: call('generate_schema_name', configured('schema')),
    alias: call('generate_alias_name', configured('alias')),
  };
}
