import type { DuckDBType } from '@duckdb/node-api';

/**
 * A type by the name it has in SQL. JSON is text under an alias, as are types of extensions; the
 * driver's own text has the alias's base, also inside of lists.
 */
export function typeName(type: DuckDBType): string {
  if (type.alias !== undefined && type.alias !== '') return type.alias;
  if (!('valueType' in type) || 'keyType' in type) return type.toString();
  const items = typeName(type.valueType);
  return 'length' in type ? `${items}[${type.length}]` : `${items}[]`;
}
