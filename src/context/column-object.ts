import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Column } from '../contracts/relation.ts';
import { hostFunction, PyDict, PyObject, toStr, type Value } from '../jinja/index.ts';

/** A column as templates see it (dbt's `Column`): `.name .quoted .dtype .data_type is_string() …`. */
export class ColumnObject extends PyObject {
  readonly column: Column;
  readonly #quoted: string;

  constructor(column: Column, quoted: string) {
    super();
    this.column = column;
    this.#quoted = quoted;
  }

  override get pyTypeName(): string {
    return 'DuckDBColumn';
  }

  override pyRepr(): string {
    return `<DuckDBColumn ${this.column.name} (${this.column.type})>`;
  }

  override pyStr(): string {
    return this.pyRepr();
  }

  override pyEq(other: Value): boolean | undefined {
    if (!(other instanceof ColumnObject)) return undefined;
    return other.column.name === this.column.name && other.column.type === this.column.type;
  }

  override pyHashKey(): unknown {
    return `column ${this.column.name} ${this.column.type}`;
  }

  override pyAttr(name: string): Value | undefined {
    const type = this.column.type.toUpperCase();
    const test = (pattern: RegExp) => hostFunction(name, () => pattern.test(type));
    switch (name) {
      case 'name':
      case 'column':
        return this.column.name;
      case 'quoted':
        return this.#quoted;
      case 'dtype':
      case 'data_type':
      case 'expanded_data_type':
        return this.column.type;
      case 'char_size':
      case 'numeric_precision':
      case 'numeric_scale':
        return null;
      case 'is_string':
        return test(/^(VARCHAR|TEXT|CHAR|BPCHAR|STRING)/);
      case 'is_integer':
        return test(/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/);
      case 'is_float':
        return test(/^(DOUBLE|FLOAT|REAL)/);
      case 'is_numeric':
        return test(/^(DECIMAL|NUMERIC)/);
      case 'is_number':
        return test(/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|DOUBLE|FLOAT|REAL|DECIMAL|NUMERIC)/);
      case 'is_struct':
        return test(/^STRUCT/);
      case 'string_size':
        return hostFunction(name, () => 256);
      case 'can_expand_to':
        return hostFunction(name, () => false);
      case 'string_type':
      case 'numeric_type':
      case 'translate_type':
        return columnType(name);
      default:
        return undefined;
    }
  }
}

/** Names that templates give types by, and DuckDB's for them (dbt-adapters `base/column.py`). */
const typeLabels: ReadonlyMap<string, string> = new Map([
  ['STRING', 'TEXT'],
  ['TIMESTAMP', 'TIMESTAMP'],
  ['FLOAT', 'FLOAT'],
]);

/** The functions that the class of columns answers; undefined for other names. */
function columnType(name: string): Value | undefined {
  switch (name) {
    case 'translate_type':
      return hostFunction(name, ([type]) => {
        const text = toStr(type ?? null);
        return typeLabels.get(text.toUpperCase()) ?? text;
      });
    case 'string_type':
      return hostFunction(name, ([size]) => `character varying(${toStr(size ?? null)})`);
    case 'numeric_type':
      return hostFunction(name, ([type, precision, scale]) => {
        if (precision === undefined || precision === null) return toStr(type ?? null);
        return `${toStr(type ?? null)}(${toStr(precision)},${toStr(scale ?? null)})`;
      });
    default:
      return undefined;
  }
}

/** `api.Column`: the class, of which templates call `create(name, type)`, `translate_type(…)` …. */
export function columnClass(dialect: SqlDialect): Value {
  const value = new PyDict();
  value.set(
    'create',
    hostFunction('create', ([name, type], kwargs) => {
      const text = toStr(name ?? kwargs.get('name') ?? null);
      const dtype = toStr(type ?? kwargs.get('label_or_dtype') ?? null);
      const column = { name: text, type: typeLabels.get(dtype.toUpperCase()) ?? dtype };
      return new ColumnObject(column, dialect.quote(text));
    }),
  );
  for (const name of ['translate_type', 'string_type', 'numeric_type']) {
    value.set(name, columnType(name)!);
  }
  return value;
}
