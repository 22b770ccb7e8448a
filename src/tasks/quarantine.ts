import type { Connection, QueryResult } from '../adapters/adapter.ts';
import { relationOf } from '../compile/compile-node.ts';
import type { Node } from '../contracts/node.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  dropQuarantined,
  type IngestRequest,
  quarantineRelation,
  type ReplayResult,
  replayQuarantine,
} from '../ingest/index.ts';
import { landingRequest } from '../run/run-landing.ts';
import { openSession, runContext } from './execute.ts';
import type { ParsedProject } from './open-project.ts';
import { selectFromProject } from './select-nodes.ts';

/** Which quarantined records are meant: of which models, with which codes (all when none is named). */
export interface QuarantineRequest {
  readonly select: readonly string[];
  readonly codes: readonly string[];
}

/** Quarantined records of a model with the same code. */
export interface QuarantineCount {
  readonly model: string;
  readonly code: string;
  readonly records: number;
  readonly files: number;
}

/** Counts what is in quarantine, by model and code. Writes nothing. */
export async function listQuarantine(
  parsed: ParsedProject,
  request: QuarantineRequest,
): Promise<readonly QuarantineCount[]> {
  return (
    await readEach(parsed, request, async (node, connection, relation, only) => {
      const { rows } = await connection.query(
        `select code, count(*), count(distinct file) from ${relation} ${only} group by code order by code`,
      );
      return rows.map(([code, records, files]) => ({
        model: node.name,
        code: String(code),
        records: Number(records),
        files: Number(files),
      }));
    })
  ).flat();
}

/** The first quarantined records of each model; `limit` -1 for all. Writes nothing. */
export async function showQuarantine(
  parsed: ParsedProject,
  request: QuarantineRequest & { readonly limit: number },
): Promise<readonly { readonly model: string; readonly result: QueryResult }[]> {
  const limited = request.limit < 0 ? '' : `limit ${request.limit}`;
  return await readEach(parsed, request, async (node, connection, relation, only) => ({
    model: node.name,
    result: await connection.query(
      `select code, reason, file, line, record, raw from ${relation} ${only}
       order by file, record ${limited}`,
    ),
  }));
}

/** Applies today's types and expectations to quarantined records, from their stored text. */
export async function replayTask(
  parsed: ParsedProject,
  request: QuarantineRequest,
): Promise<readonly (ReplayResult & { readonly model: string })[]> {
  return await changeEach(parsed, request, async (node, landing) => ({
    model: node.name,
    ...(await replayQuarantine(landing, request.codes)),
  }));
}

/** Forgets quarantined records; the ledger counts them as dropped. */
export async function dropTask(
  parsed: ParsedProject,
  request: QuarantineRequest,
): Promise<readonly { readonly model: string; readonly dropped: number }[]> {
  return await changeEach(parsed, request, async (node, landing) => ({
    model: node.name,
    dropped: await dropQuarantined(landing, request.codes),
  }));
}

async function readEach<T>(
  parsed: ParsedProject,
  request: QuarantineRequest,
  read: (node: Node, connection: Connection, relation: string, only: string) => Promise<T>,
): Promise<readonly T[]> {
  const nodes = landingModels(parsed, request);
  const { dialect } = parsed;
  const { codes } = request;
  const only = codes.length === 0 ? '' : `where code in (${codes.map(dialect.literal).join(', ')})`;
  const session = await openSession(parsed, 'read');
  try {
    const relations = await session.relations();
    return await session.withConnection(async (connection) => {
      const found: T[] = [];
      for (const node of nodes) {
        const relation = quarantineRelation(relationOf(node));
        if (relations.find(relation) === undefined) continue;
        found.push(await read(node, connection, dialect.relation(relation), only));
      }
      return found;
    });
  } finally {
    await session.close();
  }
}

async function changeEach<T>(
  parsed: ParsedProject,
  request: QuarantineRequest,
  change: (node: Node, landing: IngestRequest) => Promise<T>,
): Promise<readonly T[]> {
  const nodes = landingModels(parsed, request);
  const session = await openSession(parsed);
  const selected = new Set(nodes.map(({ uniqueId }) => uniqueId));
  const flags = { command: 'run', fullRefresh: false, processDate: undefined } as const;
  const context = runContext(
    parsed,
    { ...flags, storeFailures: false, emit: () => undefined },
    session,
    selected,
  );
  try {
    return await session.withConnection(async (connection) => {
      const done: T[] = [];
      for (const node of nodes)
        done.push(await change(node, landingRequest(node, context, connection)));
      if (nodes.length > 0) await session.adapter.checkpoint(connection);
      return done;
    });
  } finally {
    await session.close();
  }
}

/** The landing models that the selectors pick; all of the project when there are none. */
function landingModels(parsed: ParsedProject, { select }: QuarantineRequest): readonly Node[] {
  const { ids } = selectFromProject(parsed, { select, exclude: [], indirect: 'empty' });
  const nodes = [...ids].flatMap((id) => {
    const node = parsed.manifest.nodes.get(id);
    return node?.config['materialized'] === 'landing' ? [node] : [];
  });
  if (nodes.length > 0) return nodes;
  throw tsdbtError('usage', {
    message:
      select.length === 0
        ? 'The project has no landing models, so there is no quarantine.'
        : `--select ${select.join(' ')} picks no landing model.`,
  });
}
