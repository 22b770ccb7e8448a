/** A type of agate, by which seeds are typed, and what dbt makes of it in DuckDB. */
export interface AgateType {
  readonly name: 'Integer' | 'Number' | 'Boolean' | 'Date' | 'DateTime' | 'Text';
  readonly duckdb: string;
}

/** The agate type of a DuckDB type (dbt-adapters `sql/impl.py`, the `convert_…_type` methods). */
export function agateType(type: string): AgateType {
  const name = type.toUpperCase();
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(name))
    return { name: 'Integer', duckdb: name === 'BIGINT' || name === 'HUGEINT' ? type : 'integer' };
  if (/^(DOUBLE|FLOAT|REAL|DECIMAL|NUMERIC)/.test(name))
    return { name: 'Number', duckdb: 'float8' };
  if (name === 'BOOLEAN') return { name: 'Boolean', duckdb: 'boolean' };
  if (name === 'DATE') return { name: 'Date', duckdb: 'date' };
  if (name.startsWith('TIMESTAMP') || name === 'DATETIME')
    return { name: 'DateTime', duckdb: 'timestamp without time zone' };
  return { name: 'Text', duckdb: 'text' };
}
