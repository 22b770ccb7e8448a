import type { QueryResult } from '../adapters/adapter.ts';
import { compileNode, relationOf, renderCode } from '../compile/compile-node.ts';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import type { NodeResult } from '../contracts/result.ts';
import type { UniqueId } from '../contracts/unique-id.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import type { DatabaseSession } from '../run/database-session.ts';
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
  /** Selectors, or SQL with Jinja in `inline`. */
  readonly select: readonly string[];
  readonly exclude?: readonly string[];
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

/** Runs the queries of nodes, or of a text, and gives their first rows. Only artifacts are written. */
export async function showTask(
  parsed: ParsedProject,
  request: ShowRequest,
): Promise<readonly ShowResult[]> {
  const nodes =
    request.inline === undefined
      ? selectedNodes(parsed, request)
      : [inlineNode(parsed.manifest, request.inline)];
  const { now } = parsed.request.invocation;
  const started = now();
  const selected = new Set(request.inline === undefined ? nodes.map((node) => node.uniqueId) : []);
  const deferral = readDeferral(request.defer, selected);
  const session = await openSession(parsed, 'read');
  try {
    const environments = compileEnvironments(parsed, session, deferral);
    const shown: { readonly show: ShowResult; readonly result: NodeResult }[] = [];
    for (const node of nodes)
      shown.push(await showNode(node, parsed, request, session, environments));
    const elapsed = (now().getTime() - started.getTime()) / 1000;
    const results = shown.map(({ result }) => result);
    writeRunResults(parsed, results, elapsed, request.args);
    return shown.map(({ show }) => show);
  } finally {
    await session.close();
  }
}

async function showNode(
  node: Node,
  parsed: ParsedProject,
  request: ShowRequest,
  session: DatabaseSession,
  environments: ReturnType<typeof compileEnvironments>,
): Promise<{ readonly show: ShowResult; readonly result: NodeResult }> {
  const { now } = parsed.request.invocation;
  const started = now();
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
      const name = node.version === null ? node.name : `${node.name}.v${node.version}`;
      return {
        show: { name, uniqueId: node.uniqueId, compiledCode, result },
        result: simpleResult(node.uniqueId, started, done, { compiledCode, relationName }),
      };
    } catch (error) {
      throw mapSqlError(error, node, compiledCode);
    }
  });
}

/** The nodes that the selectors name; all that they pick where they name none, as `tag:nightly`. */
function selectedNodes(
  parsed: ParsedProject,
  { select, exclude = [] }: ShowRequest,
): readonly Node[] {
  const { ids } = selectFromProject(parsed, { select, exclude, indirect: 'empty' });
  const nodes = [...ids].flatMap((id) => parsed.manifest.nodes.get(id) ?? []);
  if (nodes.length === 0 || select.length === 0)
    throw tsdbtError('usage', {
      message:
        select.length === 0
          ? 'show needs --select or --inline.'
          : `--select ${select.join(' ')} picks nothing that can be shown.`,
      hint: `Name a model, or give a query: tsdbt show --inline "select 1".`,
    });
  const named = nodes.filter((node) => select.some((text) => text.includes(node.name)));
  return named.length > 0 ? named : nodes;
}
