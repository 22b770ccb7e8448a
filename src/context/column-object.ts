import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Column } from '../contracts/relation.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import {
  fromJs,
  hostFunction,
  type Kwargs,
  PyDict,
  PyObject,
  toStr,
  type Value,
} from '../jinja/index.ts';
import { structFields } from './struct-fields.ts';

/** Types that dbt counts as texts, floats and integers (dbt-adapters `base/column.py`, dbt-duckdb `column.py`). */
const strings = new Set(['text', 'character varying', 'character', 'varchar']);
const floats = new Set(['real', 'float', 'float4', 'float8', 'double']);
const integers = new Set(
  'tinyint smallint integer bigint hugeint utinyint usmallint uinteger ubigint int1 int2 int4 int8 short int signed long'.split(
    ' ',
  ),
);
const numerics = new Set(['numeric', 'decimal']);

/** Length of a text, digits and decimals of a number, where they were given apart from the type. */
interface Size {
  readonly characters: Value;
  readonly precision: Value;
  readonly scale: Value;
}

const noSize: Size = { characters: null, precision: null, scale: null };

/** A column as templates see it (dbt's `Column`): `.name .quoted .dtype .data_type is_string() …`. */
export class ColumnObject extends PyObject {
  readonly column: Column;
  readonly #dialect: SqlDialect;
  readonly #size: Size;

  constructor(column: Column, dialect: SqlDialect, size: Size = noSize) {
    super();
    this.column = column;
    this.#dialect = dialect;
    this.#size = size;
  }

  override get pyTypeName(): string {
    return 'DuckDBColumn';
  }

  override pyRepr(): string {
    return `<DuckDBColumn ${this.column.name} (${this.#dataType()})>`;
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

  /** The fields of a struct as columns of their own, to any depth; a column without fields is itself. */
  flattened(): ColumnObject[] {
    return structFields(this.column).map((field) => new ColumnObject(field, this.#dialect));
  }

  override pyAttr(name: string): Value | undefined {
    const { name: column, type } = this.column;
    const is = (types: ReadonlySet<string>) => types.has(type.toLowerCase());
    const answer = (value: () => Value) => hostFunction(name, value);
    switch (name) {
      case 'name':
      case 'column':
        return column;
      case 'quoted':
        return this.#dialect.quote(column);
      case 'dtype':
        return type;
      case 'data_type':
      case 'expanded_data_type':
        return this.#dataType();
      case 'char_size':
        return this.#size.characters;
      case 'numeric_precision':
        return this.#size.precision;
      case 'numeric_scale':
        return this.#size.scale;
      case 'is_string':
        return answer(() => is(strings));
      case 'is_integer':
        return answer(() => is(integers));
      case 'is_float':
        return answer(() => is(floats));
      case 'is_numeric':
        return answer(() => is(numerics));
      case 'is_number':
        return answer(() => is(integers) || is(floats) || is(numerics));
      case 'is_struct':
        return answer(() => type.toLowerCase().startsWith('struct'));
      case 'string_size':
        return answer(() => this.#stringSize());
      case 'can_expand_to':
        return hostFunction(name, ([given], kwargs) => {
          const other = given ?? kwargs.get('other_column');
          if (!(other instanceof ColumnObject) || !is(strings)) return false;
          return (
            strings.has(other.column.type.toLowerCase()) &&
            Number(other.#stringSize()) > Number(this.#stringSize())
          );
        });
      case 'literal':
        return hostFunction(name, ([value]) => `${toStr(value ?? null)}::${this.#dataType()}`);
      case 'flatten':
        return answer(() => this.flattened());
      case 'fields':
        return type.toLowerCase().startsWith('struct')
          ? structFields(this.column, 1).map((field) => new ColumnObject(field, this.#dialect))
          : [];
      default:
        return classFunctions.get(name);
    }
  }

  #dataType(): string {
    const { type } = this.column;
    if (strings.has(type.toLowerCase())) return `character varying(${toStr(this.#stringSize())})`;
    if (numerics.has(type.toLowerCase()))
      return numericType(type, this.#size.precision, this.#size.scale);
    return type;
  }

  #stringSize(): Value {
    if (!strings.has(this.column.type.toLowerCase()))
      throw tsdbtError('compiler-error', {
        message: `string_size() is for texts, and ${this.column.name} is ${this.column.type}`,
      });
    return this.#size.characters ?? 256;
  }
}

/** Names that templates give types by, and DuckDB's for them. */
const typeLabels: ReadonlyMap<string, string> = new Map([['STRING', 'TEXT']]);

function numericType(type: string, precision: Value, scale: Value): string {
  return precision === null || scale === null
    ? type
    : `${type}(${toStr(precision)},${toStr(scale)})`;
}

/** The functions of the class, which its columns answer, too. */
const classFunctions: ReadonlyMap<string, Value> = new Map([
  [
    'translate_type',
    hostFunction('translate_type', ([type], kwargs) => {
      const text = toStr(type ?? kwargs.get('dtype') ?? null);
      return typeLabels.get(text.toUpperCase()) ?? text;
    }),
  ],
  [
    'string_type',
    hostFunction(
      'string_type',
      ([size], kwargs) => `character varying(${toStr(size ?? kwargs.get('size') ?? null)})`,
    ),
  ],
  [
    'numeric_type',
    hostFunction('numeric_type', ([type, precision, scale], kwargs) =>
      numericType(
        toStr(type ?? kwargs.get('dtype') ?? null),
        precision ?? kwargs.get('precision') ?? null,
        scale ?? kwargs.get('scale') ?? null,
      ),
    ),
  ],
]);

/** `api.Column`: the class. Called with a name and a type it gives a column. */
class ColumnClass extends PyObject {
  readonly #dialect: SqlDialect;

  constructor(dialect: SqlDialect) {
    super();
    this.#dialect = dialect;
  }

  override get pyTypeName(): string {
    return 'type';
  }

  override pyCall(args: Value[], kwargs: Kwargs): Value {
    const part = (at: number, name: string) => args[at] ?? kwargs.get(name) ?? null;
    const column = { name: toStr(part(0, 'column')), type: toStr(part(1, 'dtype')) };
    return new ColumnObject(column, this.#dialect, {
      characters: part(2, 'char_size'),
      precision: part(3, 'numeric_precision'),
      scale: part(4, 'numeric_scale'),
    });
  }

  override pyAttr(name: string): Value | undefined {
    if (name === 'create') {
      return hostFunction(name, ([column, type], kwargs) => {
        const dtype = toStr(type ?? kwargs.get('label_or_dtype') ?? null);
        return this.pyCall(
          [column ?? kwargs.get('name') ?? null, typeLabels.get(dtype.toUpperCase()) ?? dtype],
          new Map(),
        );
      });
    }
    if (name === 'from_description') {
      return hostFunction(name, ([column, type], kwargs) => {
        const text = toStr(type ?? kwargs.get('raw_data_type') ?? null);
        const sizes = /\(([^)]*)\)/.exec(text)?.[1]?.split(',').map(Number) ?? [];
        const plain = text.replace(/\(.*$/, '');
        const [first = null, second = null] = sizes;
        return this.pyCall(
          second === null
            ? [column ?? null, plain, first]
            : [column ?? null, plain, null, first, second],
          new Map(),
        );
      });
    }
    if (name === 'TYPE_LABELS') {
      const labels = new PyDict();
      for (const [key, value] of typeLabels) labels.set(key, fromJs(value));
      return labels;
    }
    return classFunctions.get(name);
  }
}

/** `api.Column`. */
export function columnClass(dialect: SqlDialect): Value {
  return new ColumnClass(dialect);
}
