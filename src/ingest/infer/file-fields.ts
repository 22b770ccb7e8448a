import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import { isTsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import type { LandingFile } from '../files/list-files.ts';
import { readHeader } from '../read/read-header.ts';
import { readRecords } from '../read/read-records.ts';
import type { LandingConfig } from '../source/landing-config.ts';
import { parquetColumns } from '../stage/stage-parquet.ts';

/** A field of a file, with its type where the file itself says it (Parquet). */
export interface FileField {
  readonly name: string;
  readonly type: string | undefined;
}

/**
 * The fields that a file has: of its header, of any of its objects, or of its schema. A CSV file without
 * a header has the columns that are declared. Undefined for a file without content.
 */
export async function fileFields(
  connection: Connection,
  dialect: SqlDialect,
  landing: LandingConfig,
  file: LandingFile,
): Promise<readonly FileField[] | undefined> {
  const { format, columns } = landing;
  if (format === 'parquet') return parquetColumns(connection, dialect, file);
  if (format === 'csv') {
    if (!landing.header) return columns.map(({ from }) => ({ name: from, type: undefined }));
    const names = await readHeader(file.absolutePath, file.size, landing).catch(
      (error: unknown) => {
        // What the reader itself refuses has no name of the file.
        if (!(error instanceof Error) || isTsdbtError(error) || 'code' in error) throw error;
        throw tsdbtError('landing-file-unreadable', { file: file.path, problem: error.message });
      },
    );
    return names?.map((name) => ({ name, type: undefined }));
  }
  const keys = new Set<string>();
  await readRecords(
    {
      ...file,
      landing: { ...landing, columns: [], newColumn: 'ignore', missingColumn: 'null' },
      onUnknownKey: (key) => void keys.add(key),
      onNotice: () => undefined,
      onDetected: () => undefined,
    },
    async () => undefined,
  );
  return keys.size === 0 ? undefined : [...keys].map((name) => ({ name, type: undefined }));
}
