import { isPlainObject } from '../util/map-strings.ts';
import { columnKeys } from './properties-schema.ts';

/**
 * Puts the keys of columns that nobody knows, which checking takes away, into the `extra` of the
 * checked columns: dbt hands them on in the manifest.
 */
export function keepColumnExtras(written: unknown, checked: unknown): void {
  if (!isPlainObject(written) || !isPlainObject(checked)) return;
  const [columns, kept] = [written['columns'], checked['columns']];
  if (Array.isArray(columns) && Array.isArray(kept)) {
    for (const [i, column] of columns.entries()) {
      if (!isPlainObject(column)) continue;
      let extra: Record<string, unknown> | undefined;
      for (const key in column) {
        if (columnKeys.has(key)) continue;
        extra ??= {};
        extra[key] = column[key];
      }
      if (extra !== undefined && isPlainObject(kept[i])) kept[i]['extra'] = extra;
    }
  }
  const [tables, keptTables] = [written['tables'], checked['tables']];
  if (Array.isArray(tables) && Array.isArray(keptTables))
    for (const [i, table] of tables.entries()) keepColumnExtras(table, keptTables[i]);
}
