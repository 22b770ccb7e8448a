import type { Column } from '../contracts/relation.ts';
import { hostFunction, PyObject, type Value } from '../jinja/index.ts';

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
    return 'Column';
  }

  override pyRepr(): string {
    return `<Column ${this.column.name} (${this.column.type})>`;
  }

  override pyStr(): string {
    return this.pyRepr();
  }

  override pyAttr(name: string): Value | undefined {
    const type = this.column.type.toUpperCase();
    switch (name) {
      case 'name':
      case 'column':
        return this.column.name;
      case 'quoted':
        return this.#quoted;
      case 'dtype':
      case 'data_type':
        return this.column.type;
      case 'is_string':
        return hostFunction(name, () => /^(VARCHAR|TEXT|CHAR)/.test(type));
      case 'is_integer':
        return hostFunction(name, () => /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(type));
      case 'is_float':
        return hostFunction(name, () => /^(DOUBLE|FLOAT|REAL)$/.test(type));
      case 'is_numeric':
        return hostFunction(name, () => /^(DECIMAL|NUMERIC)/.test(type));
      case 'is_number':
        return hostFunction(name, () => /INT|DOUBLE|FLOAT|REAL|DECIMAL|NUMERIC/.test(type));
      default:
        return undefined;
    }
  }
}
