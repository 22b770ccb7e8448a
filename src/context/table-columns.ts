import {
  hostFunction,
  PyDict,
  PyObject,
  PySet,
  PyTuple,
  raisePython,
  type Value,
} from '../jinja/index.ts';
import { agateType } from './agate-type.ts';
import type { TableRow } from './table-row.ts';

/** What a table is made of. */
export interface TableData {
  readonly names: readonly string[];
  /** DuckDB types of the columns. */
  readonly types: readonly string[];
  readonly rows: readonly TableRow[];
}

/** `table.columns`: by index or name; each answers `values()`, `name` and iteration. */
export class TableColumns extends PyObject {
  readonly #table: TableData;

  constructor(table: TableData) {
    super();
    this.#table = table;
  }

  override get pyTypeName(): string {
    return 'MappedSequence';
  }

  override pyLen(): number {
    return this.#table.names.length;
  }

  override pyIter(): Iterator<Value> {
    return this.#all().values();
  }

  override pyItem(key: Value): Value | undefined {
    const { names } = this.#table;
    const at = typeof key === 'number' ? key : names.indexOf(String(key));
    const index = typeof key === 'number' && key < 0 ? names.length + key : at;
    if (index < 0 || index >= names.length) return raisePython('KeyError', String(key));
    return this.#column(index);
  }

  override pyAttr(name: string): Value | undefined {
    const { names } = this.#table;
    switch (name) {
      case 'keys':
        return hostFunction(name, () => new PyTuple([...names]));
      case 'values':
        return hostFunction(name, () => new PyTuple(this.#all()));
      case 'items':
        return hostFunction(name, () => this.#all().map((c, i) => new PyTuple([names[i]!, c])));
      case 'dict':
        return hostFunction(name, () => {
          const columns = new PyDict();
          for (const [i, column] of this.#all().entries()) columns.set(names[i]!, column);
          return columns;
        });
      case 'get':
        return hostFunction(name, ([key, otherwise]) =>
          names.includes(String(key)) ? this.pyItem(key ?? null)! : (otherwise ?? null),
        );
      default:
        return names.includes(name) ? this.pyItem(name) : undefined;
    }
  }

  #all(): Value[] {
    return this.#table.names.map((_, i) => this.#column(i));
  }

  #column(index: number): Value {
    return new TableColumn(this.#table, index);
  }
}

class TableColumn extends PyObject {
  readonly #table: TableData;
  readonly #index: number;

  constructor(table: TableData, index: number) {
    super();
    this.#table = table;
    this.#index = index;
  }

  override get pyTypeName(): string {
    return 'Column';
  }

  get #values(): Value[] {
    return this.#table.rows.map((row) => row.values[this.#index]!);
  }

  override pyLen(): number {
    return this.#table.rows.length;
  }

  override pyIter(): Iterator<Value> {
    return this.#values.values();
  }

  override pyItem(key: Value): Value | undefined {
    return typeof key === 'number' ? this.#table.rows.at(key)?.values[this.#index] : undefined;
  }

  override pyAttr(name: string): Value | undefined {
    switch (name) {
      case 'name':
        return this.#table.names[this.#index]!;
      case 'index':
        return this.#index;
      case 'data_type':
        return new DataType(this.#table.types[this.#index]!);
      case 'values':
        return hostFunction(name, () => new PyTuple(this.#values));
      case 'values_distinct':
        return hostFunction(name, () => new PyTuple([...new PySet(this.#values)]));
      case 'values_without_nulls':
        return hostFunction(name, () => new PyTuple(this.#values.filter((v) => v !== null)));
      default:
        return undefined;
    }
  }
}

/** A type as agate names it; prints as its object does. */
export class DataType extends PyObject {
  readonly #name: string;

  constructor(type: string) {
    super();
    this.#name = agateType(type).name;
  }

  override get pyTypeName(): string {
    return this.#name;
  }
}
