import type { QueryResult } from '../adapters/adapter.ts';
import { hostFunction, PyObject, PyTuple, type Value } from '../jinja/index.ts';
import { cellReader } from './cell-value.ts';
import { DataType, TableColumns, type TableData } from './table-columns.ts';
import { tableMethods } from './table-methods.ts';
import { TableRow } from './table-row.ts';

/**
 * The rows of a query as templates see them, with the part of agate's Table that dbt projects use:
 * `rows`, `columns`, `column_names`, `column_types`, iteration, `len`, `columns[0].values()`,
 * `row['name']`, `row.name`, `row[0]`, and the methods of `table-methods.ts`.
 */
export class QueryTable extends PyObject {
  readonly #data: TableData;
  /** Where `print_table` and such write. */
  readonly #say: (text: string) => void;

  constructor(table: QueryResult | TableData, say: (text: string) => void = () => undefined) {
    super();
    this.#data = 'names' in table ? table : tableData(table);
    this.#say = say;
  }

  override get pyTypeName(): string {
    return 'Table';
  }

  rows(): readonly TableRow[] {
    return this.#data.rows;
  }

  columnType(index: number): string {
    return this.#data.types[index] ?? 'VARCHAR';
  }

  /** The rows as plain tuples, as `load_result(…).data` has them. */
  rowTuples(): Value[] {
    return this.#data.rows.map((row) => new PyTuple([...row.values]));
  }

  override pyLen(): number {
    return this.#data.rows.length;
  }

  override pyIter(): Iterator<Value> {
    return this.#data.rows.values();
  }

  override pyItem(key: Value): Value | undefined {
    return typeof key === 'number' ? this.#data.rows.at(key) : undefined;
  }

  override pyAttr(name: string): Value | undefined {
    const data = this.#data;
    switch (name) {
      case 'rows':
        return [...data.rows];
      case 'columns':
        return new TableColumns(data);
      case 'column_names':
        return new PyTuple([...data.names]);
      case 'column_types':
        return new PyTuple(data.types.map((type) => new DataType(type)));
      default: {
        const method = tableMethods.get(name);
        if (method === undefined) return undefined;
        const made = (next: TableData) => new QueryTable(next, this.#say);
        return hostFunction(name, (args, kwargs) =>
          method({ data, made, say: this.#say }, args, kwargs),
        );
      }
    }
  }
}

function tableData(result: QueryResult): TableData {
  const names = result.columns.map((column) => column.name);
  const types = result.columns.map((column) => column.type);
  const readers = types.map(cellReader);
  return {
    names,
    types,
    rows: result.rows.map(
      (row) =>
        new TableRow(
          names,
          row.map((value, i) => readers[i]!(value)),
        ),
    ),
  };
}
