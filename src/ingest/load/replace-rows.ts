import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Column, Relation } from '../../contracts/relation.ts';
import { quarantineRelation } from './quarantine.ts';

interface ReplacingBatch {
  readonly connection: Connection;
  readonly dialect: SqlDialect;
  readonly target: Relation;
  readonly columns: readonly Column[];
  /** Columns that identify a row; all business columns when empty. */
  readonly uniqueKey: readonly string[];
}

/**
 * Takes away the rows that earlier loads brought from the files `known`; counts those without a
 * successor among the rows of batch `number`.
 */
export async function replaceOld(
  batch: ReplacingBatch,
  number: number,
  known: readonly string[],
): Promise<{ readonly rows: number; readonly lost: number }> {
  const { connection, dialect, target } = batch;
  const table = dialect.relation(target);
  if (known.length === 0) return { rows: 0, lost: 0 };
  const names = known.map(dialect.literal).join(', ');
  const replaced = (fileColumn: string) => `${fileColumn} in (${names})`;
  const own = new Set(['processing_date', '_file', '_line', '_record']);
  const identity = (
    batch.uniqueKey.length > 0
      ? batch.uniqueKey
      : batch.columns.map(({ name }) => name).filter((name) => !own.has(name.toLowerCase()))
  )
    .map(dialect.quote)
    .join(', ');
  const lost = await connection.query(`
    select count(*)
    from (
      select ${identity} from ${table} where ${replaced('_file')} and _batch < ${number}
      except
      select ${identity} from ${table} where _batch = ${number}
    )`);
  const deleted = await connection.run(
    `delete from ${table} where ${replaced('_file')} and _batch < ${number}`,
  );
  await connection.run(
    `delete from ${dialect.relation(quarantineRelation(target))}
     where ${replaced('file')} and batch < ${number}`,
  );
  return { rows: deleted.rowsAffected ?? 0, lost: Number(lost.rows[0]?.[0]) };
}
