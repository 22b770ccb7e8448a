import type { QueryResult } from '../adapters/adapter.ts';
import { compileNode, relationOf, renderCode } from '../compile/compile-node.ts';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { inlineNode } from '../run/inline-node.ts';
import { mapSqlError } from '../run/map-sql-error.ts';
import { nodeConnection } from '../run/node-connection.ts';
import { simpleResult } from '../run/simple-result.ts';
import { compileEnvironments } from './compile-environment.ts';
import { type DeferRequest, readDeferral } from './deferral.ts';
import { openSession } from './execute.ts';
import type { ParsedProject } from './open-project.ts';
import { queryComments } from './query-comment.ts';
import { selectFromProject } from './select-nodes.ts';
import { writeRunResults } from './write-artifacts.ts';

export interface ShowRequest {
  /** One selector, or SQL with Jinja in `inline`. */
  readonly select: readonly string[];
  readonly inline?: string | undefined;
  /** False: the text of `inline` is no template. */
  readonly isTemplate?: boolean | undefined;
  readonly defer?: DeferRequest | undefined;
  /** The flags as given, for run_results.json. */
  readonly args: Readonly<Record<string, Json>>;
  /** Rows to show; -1 for all. */
  readonly limit: number;
}

export interface ShowResult {
  readonly name: string;
  readonly uniqueId: UniqueId;
  readonly compiledCode: string;
  readonly result: QueryResult;
}

/** Runs the query of a node, or of a text, and gives its first rows. Only artifacts are written. */
export async function showTask(parsed: ParsedProject, request: ShowRequest): Promise<ShowResult> {
  const node =
    request.inline === undefined
      ? selectedNode(parsed, request.select)
      : inlineNode(parsed.manifest, request.inline);
  const { now } = parsed.request.invocation;
  const started = now();
  const selected = new Set(request.inline === undefined ? [node.uniqueId] : []);
  const deferral = readDeferral(request.defer, selected);
  const session = await openSession(parsed);
  try {
    const environments = compileEnvironments(parsed, session, deferral);
    const comment = await queryComments(parsed, environments)(node, node.uniqueId);
    return await session.withConnection(async (raw) => {
      const connection = nodeConnection(raw, { comment });
      const environment = environments(connection);
      const reads = node.config['materialized'] === 'landing' || node.resourceType === 'seed';
      // What a landing model reads exists only while it loads: its table is what can be shown.
      const code = reads ? `select * from {{ this }}` : undefined;
      const isPlain = request.inline !== undefined && request.isTemplate === false;
      const compiledCode = isPlain
        ? request.inline
        : code === undefined
          ? (await compileNode(node, environment)).compiledCode
          : await renderCode(node, code, environment);
      const limited =
        request.limit < 0
          ? compiledCode
          : `select * from (\n${compiledCode}\n) limit ${request.limit}`;
      const header = node.config['sql_header'];
      const headed = typeof header === 'string' ? `${header}\n${limited}` : limited;
      try {
        const result = await connection.query(headed);
        const done = now();
        const relationName =
          node.resourceType === 'model' ? parsed.dialect.relation(relationOf(node)) : null;
        const shown = simpleResult(node.uniqueId, started, done, { compiledCode, relationName });
        writeRunResults(parsed, [shown], shown.executionTime, request.args);
        return { name: node.name, uniqueId: node.uniqueId, compiledCode, result };
      } catch (error) {
        throw mapSqlError(error, node, compiledCode);
      }
    });
  } finally {
    await session.close();
  }
}

function selectedNode(parsed: ParsedProject, select: readonly string[]): Node {
  const { ids } = selectFromProject(parsed, { select, exclude: [], indirect: 'empty' });
  const nodes = [...ids].flatMap((id) => parsed.manifest.nodes.get(id) ?? []);
  if (nodes.length === 1) return nodes[0]!;
  const found = nodes.length === 0 ? 'nothing' : nodes.map((node) => node.name).join(', ');
  throw tsdbtError('usage', {
    message: `show needs one node, but --select ${select.join(' ')} picks ${found}.`,
    hint: `Name one model, or give a query: tsdbt show --inline "select 1".`,
  });
}
