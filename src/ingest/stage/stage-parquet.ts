import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Column } from '../../contracts/relation.ts';
import { isTsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import type { PendingFile } from '../files/pending.ts';
import { type RecordLayout, recordLayout } from '../read/header.ts';
import { hashFile } from '../read/read-records.ts';
import { hasRescued, type LandingConfig } from '../source/landing-config.ts';
import { type DataType, isScalar } from '../values/data-type.ts';
import type { PlainStage } from './stage-csv.ts';
import { typedQuery, valueColumn } from './typed-columns.ts';

/**
 * Stages a Parquet file, whose records are numbered from 1. A column whose type in the file is the
 * declared one is taken as it is. Of any other the text is read as the declared type, by the rules
 * of all formats: so nothing is rounded or cut on the way.
 */
export async function stageParquet(
  connection: Connection,
  dialect: SqlDialect,
  landing: LandingConfig,
  file: PendingFile,
  fileId: number,
  onUnknownKey: (key: string) => void,
): Promise<PlainStage> {
  const { quote } = dialect;
  const given = await parquetColumns(connection, dialect, file);
  const layout = recordLayout(
    given.map(({ name }) => name),
    landing,
    file.path,
  );
  for (const { name } of [...layout.ignored, ...layout.extras]) onUnknownKey(name);
  const table = `tsdbt_landing_plain_${fileId}`;
  const declared = await connection.describe(
    `select ${landing.columns.map(({ type }, index) => `cast(null as ${typeSql(type)}) as ${quote(valueColumn(index))}`).join(', ')}`,
  );
  const asIs = landing.columns.map((_, index) => {
    const position = layout.positions[index]!;
    return position !== -1 && given[position]!.type === declared[index]!.type;
  });
  refuseNested(landing, layout, given, asIs, file);
  const hashed = hashFile(file.absolutePath);
  const { rowsAffected } = await refusable(file, () =>
    connection.run(
      `create or replace temp table ${quote(table)} as${query(landing, dialect, file, layout, given, asIs)}`,
    ),
  );
  return { table, facts: { sha256: await hashed, bytes: file.size }, records: rowsAffected ?? 0 };
}

/** The text of some records of a Parquet file, as JSON. `wanted` holds record numbers from 1. */
export async function parquetTexts(
  connection: Connection,
  dialect: SqlDialect,
  file: PendingFile,
  wanted: readonly number[],
): Promise<readonly string[]> {
  const { rows } = await connection.query(`
    select to_json(r)::varchar
    from (
      select * exclude (file_row_number), file_row_number as n
      from ${parquetReader(dialect, file, ', file_row_number = true')}
      where file_row_number in (${wanted.map((number) => number - 1).join(', ')})
    ) as r
    order by r.n`);
  return rows.map(([text]) => String(text).replace(/,"n":\d+\}$/, '}'));
}

/** A file with the name that errors use. */
type ParquetFile = Pick<PendingFile, 'absolutePath' | 'path'>;

/** SQL for a relation with the rows of a Parquet file. */
export function parquetReader(
  { literal }: SqlDialect,
  { absolutePath }: ParquetFile,
  more = '',
): string {
  // The database takes these characters in a file name for wildcards; in brackets they are themselves.
  return `read_parquet(${literal(absolutePath.replace(/[*?[\]]/g, '[$&]'))}${more})`;
}

/** The columns of a Parquet file with the types that it has; throws `landing-file-unreadable`. */
export async function parquetColumns(
  connection: Connection,
  dialect: SqlDialect,
  file: ParquetFile,
): Promise<readonly Column[]> {
  return refusable(file, () =>
    connection.describe(`select * from ${parquetReader(dialect, file)}`),
  );
}

async function refusable<T>(file: ParquetFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!isTsdbtError(error, 'sql-failed')) throw error;
    throw tsdbtError(
      'landing-file-unreadable',
      {
        file: file.path,
        problem: `is no whole Parquet file: ${error.message.split('\n')[0]!.replace(/\.$/, '')}`,
      },
      { cause: error, location: { file: file.path } },
    );
  }
}

function query(
  landing: LandingConfig,
  dialect: SqlDialect,
  file: PendingFile,
  layout: RecordLayout,
  given: readonly Column[],
  asIs: readonly boolean[],
): string {
  const { quote, literal } = dialect;
  const texts = layout.positions.map((position, index) => {
    const text =
      position === -1
        ? 'null::varchar'
        : asIs[index]
          ? quote(given[position]!.name)
          : `${quote(given[position]!.name)}::varchar`;
    return `${text} as c${index}`;
  });
  const extras = layout.extras.map(
    ({ name, position }) => `${literal(name)}: ${quote(given[position]!.name)}`,
  );
  const rescued =
    extras.length === 0 ? 'null::varchar' : `to_json({${extras.join(', ')}})::varchar`;
  const from = `(select ${hasRescued(landing) ? `${rescued} as rescued, ` : ''}${texts.join(', ')} from ${parquetReader(dialect, file)})`;
  return typedQuery(landing, dialect, [], from, [], asIs);
}

/** A nested value has no text that could be read exactly. */
function refuseNested(
  { columns }: LandingConfig,
  layout: RecordLayout,
  given: readonly Column[],
  asIs: readonly boolean[],
  { path }: PendingFile,
): void {
  for (const [index, { name, type, dataType }] of columns.entries()) {
    const position = layout.positions[index]!;
    if (isScalar(type) || asIs[index] || position === -1) continue;
    throw tsdbtError(
      'landing-file-unreadable',
      {
        file: path,
        problem: `has the column ${name} as ${given[position]!.type}, and it is declared as ${dataType}`,
      },
      { hint: 'Declare the type that the files have.', location: { file: path } },
    );
  }
}

/** A declared type as the database writes it. */
export function typeSql(type: DataType): string {
  switch (type.kind) {
    case 'list':
      return `${typeSql(type.item)}[]`;
    case 'map':
      return `map(${typeSql(type.key)}, ${typeSql(type.value)})`;
    case 'struct': {
      const fields = type.fields.map(
        (field) => `"${field.name.replaceAll('"', '""')}" ${typeSql(field.type)}`,
      );
      return `struct(${fields.join(', ')})`;
    }
    default:
      return type.sql;
  }
}
