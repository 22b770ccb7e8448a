import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Column, Relation } from '../../contracts/relation.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Types that a Parquet file of DuckDB does not give back as they were (128-bit integers become
 * doubles, unions become structs), or refuses (negative intervals).
 */
const notInParquet =
  /\b(UNION|BIT|BIGNUM|U?HUGEINT|ENUM|INTERVAL|TIME WITH TIME ZONE|TIMESTAMP_S|TIMESTAMP_MS|GEOMETRY|VARIANT)\b|\[\d+\]|"NULL"/;

/** A type made of others: its values are kept as JSON where one of them is not for Parquet. */
const nested = /^(STRUCT|MAP|UNION)\(|\]$/;

/**
 * Rows that outlive the rollback of the transaction that made them: they go to a file, and come back
 * as a table. What Parquet can't hold is written as text and read back into its type; values of nested
 * types as JSON.
 */
export class KeptRows {
  readonly #file: string;
  readonly #columns: readonly Column[];

  private constructor(file: string, columns: readonly Column[]) {
    this.#file = file;
    this.#columns = columns;
  }

  /** Undefined when nothing can be read: an error may have ended the transaction. */
  static async save(
    select: string,
    { manifest, dialect }: RunContext,
    connection: Connection,
  ): Promise<KeptRows | undefined> {
    const { root, targetPath } = manifest.project;
    const file = join(root, targetPath, 'rejected', `${randomUUID()}.parquet`);
    try {
      const columns = await connection.describe(select);
      mkdirSync(dirname(file), { recursive: true });
      const list = columns.map((column) => written(column, dialect)).join(', ');
      await connection.run(
        `copy (select ${list} from (${select})) to ${dialect.literal(file)} (format parquet)`,
      );
      return new KeptRows(file, columns);
    } catch {
      rmSync(file, { force: true });
      return undefined;
    }
  }

  /** Makes the rows a table, and removes the file. */
  async restore(relation: Relation, dialect: SqlDialect, connection: Connection): Promise<void> {
    const list = this.#columns.map((column) => restored(column, dialect)).join(', ');
    const rows = `select ${list} from read_parquet(${dialect.literal(this.#file)})`;
    await connection.run(dialect.createTableAs(relation, rows, { replace: true }));
    rmSync(this.#file, { force: true });
  }
}

function written({ name, type }: Column, { quote }: SqlDialect): string {
  const column = quote(name);
  if (!notInParquet.test(type)) return column;
  const text = nested.test(type) ? `to_json(${column})::varchar` : `${column}::varchar`;
  return `${text} as ${column}`;
}

function restored({ name, type }: Column, { quote }: SqlDialect): string {
  const column = quote(name);
  if (!notInParquet.test(type) || type === '"NULL"') return column;
  return `${column}::${nested.test(type) ? 'json' : type} as ${column}`;
}
