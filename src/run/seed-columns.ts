import type { Connection } from '../adapters/adapter.ts';
import type { Node } from '../contracts/node.ts';
import type { Column } from '../contracts/relation.ts';
import { toTsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import { configuredTypes, inferTypesSql, readSeedSql } from '../materializations/seed-sql.ts';
import type { RunContext } from './run-context.ts';
import { readSeedHeader } from './seed-header.ts';

/** A seed's file as it is read. */
export interface SeedSource {
  /** The query that reads it, every column text. */
  readonly source: string;
  /** Its columns with the types they are loaded under. */
  readonly columns: readonly Column[];
  /** Absolute path of the file. */
  readonly path: string;
  readonly delimiter: string;
}

/** The query that reads a seed's file, and its columns with the types they are loaded under. */
export async function readSeedColumns(
  node: Node,
  context: RunContext,
  connection: Connection,
): Promise<SeedSource> {
  const { dialect } = context;
  const path = context.environment(connection).files.path(node.packageName, node.originalFilePath);
  const delimiter = String(node.config['delimiter'] ?? ',');
  if (delimiter === '')
    throw tsdbtError(
      'invalid-value',
      { key: 'delimiter', where: node.uniqueId, problem: 'must not be empty' },
      { nodeId: node.uniqueId, location: { file: node.originalFilePath } },
    );
  const { columns: names, blankLines } = readSeedHeader(path, delimiter);
  if (names.length === 0)
    throw tsdbtError(
      'seed-empty',
      { seed: node.uniqueId },
      { nodeId: node.uniqueId, location: { file: node.originalFilePath } },
    );
  const source = readSeedSql(dialect, { path, delimiter, columns: names, blankLines });
  const configured = configuredTypes(node.config);
  // One that is configured is not inferred: of a wide file that is most of the work.
  const asked = names.filter((name) => !configured.has(name.toLowerCase()));
  const inferred = new Map<unknown, string>();
  if (asked.length > 0) {
    const texts = `select ${asked.map(dialect.quote).join(', ')} from (${source})`;
    const { rows } = await connection.query(inferTypesSql(texts)).catch((error: unknown) => {
      throw badRow(node, error);
    });
    for (const [name, type] of rows) inferred.set(name, String(type));
  }
  const columns = names.map((name) => ({
    name,
    type: configured.get(name.toLowerCase()) ?? inferred.get(name) ?? 'integer',
  }));
  return { source, columns, path, delimiter };
}

/** What the database says of a row that does not suit the header, with its line. */
export function badRow(node: Node, error: unknown): unknown {
  const failed = toTsdbtError(error);
  const text = `${failed.message} ${failed.hint ?? ''}`;
  const line = /CSV Error on Line: (\d+)/.exec(text)?.[1];
  if (line === undefined) return error;
  const [, wanted, found] = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(text) ?? [];
  const problem =
    wanted !== undefined
      ? `the header has ${wanted} columns, and this row ${Number(found) > Number(wanted) ? 'has more' : `has ${found}`}`
      : text.includes('unterminated quote')
        ? 'a quoted value is not closed, or goes on after its end'
        : text.includes('Invalid unicode')
          ? 'this row is not UTF-8'
          : failed.message;
  return tsdbtError(
    'seed-row',
    { seed: node.uniqueId, problem },
    {
      nodeId: node.uniqueId,
      location: { file: node.originalFilePath, line: Number(line) },
      cause: error,
    },
  );
}
