import type { QueryResult } from '../adapters/adapter.ts';
import type { Json } from '../contracts/json.ts';
import {
  fromJs,
  hostFunction,
  PyFloat,
  PyObject,
  PyTuple,
  raisePython,
  type Value,
} from '../jinja/index.ts';

/**
 * The rows of a query as templates see them, with the part of agate's Table that dbt projects use:
 * `rows`, `columns`, `column_names`, `column_types`, iteration, `len`, `columns[0].values()`,
 * `row['name']`, `row.name`, `row[0]`.
 */
export class QueryTable extends PyObject {
  readonly #names: readonly string[];
  readonly #rows: readonly RowObject[];

  constructor(result: QueryResult) {
    super();
    this.#names = result.columns.map((column) => column.name);
    const readers = result.columns.map((column) => reader(column.type));
    this.#rows = result.rows.map(
      (row) =>
        new RowObject(
          this.#names,
          row.map((value, i) => readers[i]!(value)),
        ),
    );
  }

  override get pyTypeName(): string {
    return 'Table';
  }

  rows(): Value[] {
    return [...this.#rows];
  }

  /** The rows as plain tuples, as `load_result(…).data` has them. */
  rowTuples(): Value[] {
    return this.#rows.map((row) => new PyTuple([...row.values]));
  }

  override pyLen(): number {
    return this.#rows.length;
  }

  override pyIter(): Iterator<Value> {
    return this.#rows.values();
  }

  override pyItem(key: Value): Value | undefined {
    return typeof key === 'number' ? this.#rows.at(key) : undefined;
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'rows':
        return [...this.#rows];
      case 'columns':
        return new ColumnsObject(this.#names, this.#rows);
      case 'column_names':
        return new PyTuple([...this.#names]);
      case 'print_table':
        return hostFunction('print_table', () => null);
      default:
        return undefined;
    }
  }
}

class RowObject extends PyObject {
  readonly names: readonly string[];
  readonly values: readonly Value[];

  constructor(names: readonly string[], values: readonly Value[]) {
    super();
    this.names = names;
    this.values = values;
  }

  override get pyTypeName(): string {
    return 'Row';
  }

  override pyLen(): number {
    return this.values.length;
  }

  override pyIter(): Iterator<Value> {
    return this.values.values();
  }

  override pyItem(key: Value): Value | undefined {
    if (typeof key === 'number') return this.values.at(key);
    const at = this.names.indexOf(String(key));
    return at === -1 ? undefined : this.values[at];
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'values':
        return hostFunction('values', () => new PyTuple([...this.values]));
      case 'keys':
        return hostFunction('keys', () => new PyTuple([...this.names]));
      case 'items':
        return hostFunction('items', () =>
          this.names.map((n, i) => new PyTuple([n, this.values[i]!])),
        );
      case 'get':
        return hostFunction(
          'get',
          ([key, otherwise]) => this.pyItem(key ?? null) ?? otherwise ?? null,
        );
      default:
        return this.pyItem(name);
    }
  }
}

/** `table.columns`: by index or name; each answers `values()`, `name` and iteration. */
class ColumnsObject extends PyObject {
  readonly #names: readonly string[];
  readonly #rows: readonly RowObject[];

  constructor(names: readonly string[], rows: readonly RowObject[]) {
    super();
    this.#names = names;
    this.#rows = rows;
  }

  override get pyTypeName(): string {
    return 'MappedSequence';
  }

  override pyLen(): number {
    return this.#names.length;
  }

  override pyIter(): Iterator<Value> {
    return this.#all().values();
  }

  override pyItem(key: Value): Value | undefined {
    const at = typeof key === 'number' ? key : this.#names.indexOf(String(key));
    if (at < 0 || at >= this.#names.length) return raisePython('KeyError', String(key));
    return this.#column(at);
  }

  override pyAttr(name: string): Value | undefined {
    if (name === 'keys') return hostFunction('keys', () => new PyTuple([...this.#names]));
    if (name === 'values') return hostFunction('values', () => this.#all());
    return this.#names.includes(name) ? this.pyItem(name) : undefined;
  }

  #all(): Value[] {
    return this.#names.map((_, i) => this.#column(i));
  }

  #column(index: number): Value {
    return new ColumnObject(
      this.#names[index]!,
      this.#rows.map((row) => row.values[index]!),
    );
  }
}

class ColumnObject extends PyObject {
  readonly #name: string;
  readonly #values: readonly Value[];

  constructor(name: string, values: readonly Value[]) {
    super();
    this.#name = name;
    this.#values = values;
  }

  override get pyTypeName(): string {
    return 'Column';
  }

  override pyLen(): number {
    return this.#values.length;
  }

  override pyIter(): Iterator<Value> {
    return this.#values.values();
  }

  override pyItem(key: Value): Value | undefined {
    return typeof key === 'number' ? this.#values.at(key) : undefined;
  }

  override pyAttr(name: string): Value | undefined {
    if (name === 'name') return this.#name;
    if (name === 'values') return hostFunction('values', () => new PyTuple([...this.#values]));
    if (name === 'values_distinct') return hostFunction(name, () => [...new Set(this.#values)]);
    return undefined;
  }
}

/** JSON rows hold 64-bit integers as text; templates want numbers. */
function reader(type: string): (value: Json) => Value {
  if (/^U?(BIGINT|HUGEINT)$/.test(type)) {
    return (value) => (typeof value === 'string' ? narrow(BigInt(value)) : fromJs(value));
  }
  if (/^(DOUBLE|FLOAT)$/.test(type)) {
    return (value) =>
      typeof value === 'number' && Number.isInteger(value) ? new PyFloat(value) : fromJs(value);
  }
  if (type.startsWith('DECIMAL')) {
    return (value) => {
      if (value === null) return null;
      const number = Number(value);
      return Number.isInteger(number) ? new PyFloat(number) : number;
    };
  }
  return (value) => fromJs(value);
}

function narrow(value: bigint): Value {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
