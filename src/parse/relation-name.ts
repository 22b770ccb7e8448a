import type { NodeConfig } from '../config/node-config.ts';
import { baseMembers } from '../context/base-members.ts';
import { nodeScope, type TemplateHost } from '../context/node-scope.ts';
import type { Json } from '../contracts/json.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { callMacro, driveSync, fromJs, toStr, type Value } from '../jinja/index.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { builtinName, builtinNameParts, type NamePart } from './builtin-names.ts';
import type { ParseContext } from './parse-context.ts';

export interface NamedNode {
  readonly name: string;
  readonly packageName: string;
  readonly version: string | number | null;
  /** The latest one, of a model that has versions. */
  readonly latestVersion?: string | number | null;
  readonly config: NodeConfig;
  readonly fqn: readonly string[];
  readonly resourceType: string;
  /** File of the node, relative to the root of its package. */
  readonly path: string;
}

/**
 * Database, schema and alias of a node, through the macros `generate_database_name`,
 * `generate_schema_name` and `generate_alias_name`, which projects override
 * (docs.getdbt.com/docs/build/custom-schemas).
 */
export function relationName(
  context: ParseContext,
  node: NamedNode,
): { database: string; schema: string; alias: string; latestPointer?: string } {
  const { host, root } = context;
  const isPackage = node.packageName !== root.name;
  const nodeValue = (): Value =>
    fromJs({
      name: node.name,
      package_name: node.packageName,
      version: node.version,
      config: node.config,
      fqn: node.fqn,
      resource_type: node.resourceType,
      unique_id: `${node.resourceType}.${node.packageName}.${node.name}`,
      original_file_path: node.path,
      path: node.path.split('/').slice(1).join('/'),
      tags: node.config['tags'] ?? [],
      meta: node.config['meta'] ?? {},
    });
  const builtin = builtinNameParts(host);
  const nameOf = (part: NamePart): string => {
    const written = node.config[part] ?? null;
    const known = builtin.has(part) ? builtinName(part, written, node, context.target) : undefined;
    return known ?? call(`generate_${part}_name`, fromJs(written));
  };
  const call = (macro: string, custom: Value): string => {
    // A package's own macro is for its own nodes only; the root's is for all others.
    const own = isPackage && host.macros.inPackage(node.packageName, macro) !== undefined;
    const packageName = own ? node.packageName : root.name;
    const scope = nodeScope(host, { packageName, members: strictVars(host, packageName) });
    const callable = scope.lookup(macro);
    if (callable === undefined) return toStr(custom);
    const given = driveSync(callMacro(callable, [custom, nodeValue()]));
    return given === null ? withoutName(macro) : toStr(given).trim();
  };
  /** A macro that gives no name: the target's, or the node's own. */
  const withoutName = (macro: string): string => {
    const where = `${node.resourceType} "${node.name}"`;
    if (macro === 'generate_schema_name') {
      const problem = 'must be a name, and generate_schema_name gives none';
      if (root.flags['require_valid_schema_from_generate_schema_name'] === true)
        throw tsdbtError(
          'invalid-value',
          { key: 'schema', where, problem },
          { location: { file: node.path } },
        );
      context.diagnostics.warn(
        'GenerateSchemaNameNullValueDeprecation',
        `generate_schema_name gives no schema for the ${where}: that of the target is taken.`,
      );
      return context.target.schema;
    }
    return macro === 'generate_database_name' ? context.target.database : node.name;
  };
  const pointerName = (): string => {
    const { alias } = pointerConfig(node.config);
    return call('generate_latest_version_pointer_alias', fromJs(alias ?? null));
  };
  const database = nameOf('database');
  const schema = nameOf('schema');
  const isSnapshot = node.resourceType === 'snapshot';
  const placed = (key: string, generated: string): string => {
    const fixed = isSnapshot ? node.config[key] : undefined;
    return typeof fixed === 'string' && fixed !== '' ? fixed : generated;
  };
  return {
    database: placed('target_database', database),
    schema: placed('target_schema', schema),
    alias: nameOf('alias'),
    ...(hasLatestPointer(context, node) ? { latestPointer: pointerName() } : {}),
  };
}

/** Whether a view leads to the model: it is the latest version, and its configuration or a flag asks for it. */
function hasLatestPointer({ root }: ParseContext, { version, latestVersion, config }: NamedNode) {
  if (version === null || String(version) !== String(latestVersion)) return false;
  return (
    pointerConfig(config).enabled ??
    root.flags['latest_version_pointer_enabled_by_default'] === true
  );
}

function pointerConfig(config: NodeConfig): { enabled?: Json; alias?: Json } {
  const written = config['latest_version_pointer'];
  return isPlainObject(written) ? written : {};
}

const varsByHost = new WeakMap<TemplateHost, Map<string, ReadonlyMap<string, Value>>>();

/** `var` as the name macros have it: a variable that is not set is an error, when a project is parsed too. */
function strictVars(host: TemplateHost, packageName: string): ReadonlyMap<string, Value> {
  let byPackage = varsByHost.get(host);
  if (byPackage === undefined) {
    byPackage = new Map();
    varsByHost.set(host, byPackage);
  }
  let members = byPackage.get(packageName);
  if (members === undefined) {
    const owner = `A template of ${packageName}`;
    const all = baseMembers(host.invocation, { vars: host.varsFor(packageName), owner });
    members = new Map([['var', all.get('var')!]]);
    byPackage.set(packageName, members);
  }
  return members;
}
