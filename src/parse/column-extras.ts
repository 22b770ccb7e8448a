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
      const extra = Object.entries(column ?? {}).filter(([key]) => !columnKeys.has(key));
      if (extra.length > 0 && isPlainObject(kept[i])) kept[i]['extra'] = Object.fromEntries(extra);
    }
  }
  const [tables, keptTables] = [written['tables'], checked['tables']];
  if (Array.isArray(tables) && Array.isArray(keptTables))
    for (const [i, table] of tables.entries()) keepColumnExtras(table, keptTables[i]);
}
