import { manifestSource } from '../artifacts/manifest-node.ts';
import { callMacroIn } from '../compile/call-macro.ts';
import { type CompileEnvironment, renderCode } from '../compile/compile-node.ts';
import { externalLocation } from '../compile/external-source.ts';
import { quotePolicy } from '../compile/quote-policy.ts';
import { QueryTable } from '../context/query-table.ts';
import { RelationObject } from '../context/relation-object.ts';
import type { Node, SourceNode } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { fromJs, PyDict, PyObject, toStr, type Value } from '../jinja/index.ts';
import { operationNode } from '../parse/operation-node.ts';

/** When the newest row of a source came, and when that was looked up. */
export interface SourceAge {
  /** Null: there are no rows, or none of them has a time. */
  readonly maxLoadedAt: Date | null;
  readonly snapshottedAt: Date;
}

/**
 * Asks the macros `collect_freshness` and, for a `loaded_at_query`, `collect_freshness_custom_sql`,
 * which a project may have its own of (core `task/freshness.py`).
 */
export async function collectFreshness(
  source: SourceNode,
  environment: CompileEnvironment,
): Promise<SourceAge> {
  const { dialect } = environment.host;
  const file = externalLocation(source);
  const quote = quotePolicy(environment.manifest, source.quoting);
  const shape = file === undefined ? { quote } : { rendered: file };
  const relation = new RelationObject(dialect, source, null, shape);
  const node = nodeOfSource(source, environment);
  const query = source.loadedAtQuery ?? null;
  if (query === null && source.loadedAtField === null) {
    throw tsdbtError(
      'freshness-unknown',
      { source: `${source.sourceName}.${source.name}` },
      { nodeId: source.uniqueId, location: { file: source.originalFilePath } },
    );
  }
  const kwargs =
    query === null
      ? {
          source: relation,
          loaded_at_field: source.loadedAtField,
          filter: source.freshness?.filter ?? null,
        }
      : { source: relation, loaded_at_query: await renderQuery(query, source, node, environment) };
  const name = query === null ? 'collect_freshness' : 'collect_freshness_custom_sql';
  const { value } = await callMacroIn(node, environment, {
    packageName: undefined,
    name,
    kwargs: new Map(Object.entries<Value>(kwargs)),
  });
  const row = tableOf(value)?.rows()[0]?.values;
  if (row === undefined || row.length < 2) throw unreadable(source, `${name} gave no row of two`);
  const snapshottedAt = instant(row[1] ?? null, source);
  if (snapshottedAt === null) throw unreadable(source, `${name} gave no snapshotted_at`);
  return { maxLoadedAt: instant(row[0] ?? null, source), snapshottedAt };
}

/** The query is a template in which `this` and `model` are the source. */
async function renderQuery(
  query: string,
  source: SourceNode,
  node: Node,
  environment: CompileEnvironment,
): Promise<string> {
  const model = fromJs(manifestSource(source, environment.host.dialect.relation(source), 0));
  const extra = new Map<string, Value>([
    ['model', model],
    ['source_node', model],
  ]);
  return await renderCode(node, query, environment, new Map(), { extra });
}

/** The source as what templates are rendered for. */
export function nodeOfSource(source: SourceNode, { manifest }: CompileEnvironment): Node {
  const { name, packageName, fqn, path, originalFilePath, uniqueId, identifier } = source;
  const { database, schema } = source;
  const parts = { name, packageName, fqn, path, originalFilePath, rawCode: '', config: {} };
  return {
    ...operationNode({ ...parts, target: manifest.target }),
    ...{ uniqueId, database, schema, alias: identifier },
  };
}

/** The rows of what the macro returned: a result with its table, or as it once was, the table. */
function tableOf(value: Value): QueryTable | undefined {
  const table =
    value instanceof PyDict
      ? value.get('table')
      : value instanceof PyObject && !(value instanceof QueryTable)
        ? value.pyAttr('table')
        : value;
  return table instanceof QueryTable ? table : undefined;
}

const time =
  /^(\d{4,}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(?:(Z)|([+-]\d\d)(?::?(\d\d))?)?)?$/;

/** A time as the database tells it; one that names no zone is in UTC, as in dbt. */
function instant(value: Value, source: SourceNode): Date | null {
  if (value === null) return null;
  const text = toStr(value).trim();
  const parts = time.exec(text);
  if (parts === null) throw unreadable(source, `${text} is no time`);
  const [, day, clock = '00:00', , hours, minutes = '00'] = parts;
  return new Date(`${day}T${clock}${hours === undefined ? 'Z' : `${hours}:${minutes}`}`);
}

function unreadable(source: SourceNode, problem: string): Error {
  return tsdbtError(
    'freshness-unreadable',
    { source: `${source.sourceName}.${source.name}`, problem },
    { nodeId: source.uniqueId, location: { file: source.originalFilePath } },
  );
}
