import { hostFunction, PyDict, PyObject, PyTuple, pyEquals, type Value } from '../jinja/index.ts';

/** One row of a table: a sequence of values that also answers by column name (agate's `Row`). */
export class TableRow extends PyObject {
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

  override pyRepr(): string {
    return `<agate.Row: (${this.values.map((value) => new PyTuple([value]).pyRepr().slice(1, -2)).join(', ')})>`;
  }

  override pyEq(other: Value): boolean | undefined {
    const theirs =
      other instanceof TableRow ? other.values : other instanceof PyTuple ? other.items : undefined;
    if (theirs === undefined) return undefined;
    return (
      theirs.length === this.values.length &&
      theirs.every((value, i) => pyEquals(value, this.values[i]!))
    );
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
        return hostFunction(name, () => new PyTuple([...this.values]));
      case 'keys':
        return hostFunction(name, () => new PyTuple([...this.names]));
      case 'items':
        return hostFunction(name, () =>
          this.names.map((column, i) => new PyTuple([column, this.values[i]!])),
        );
      case 'dict':
        return hostFunction(
          name,
          () => new PyDict(this.names.map((column, i) => [column, this.values[i]!] as const)),
        );
      case 'get':
        return hostFunction(
          name,
          ([key, otherwise]) => this.pyItem(key ?? null) ?? otherwise ?? null,
        );
      default:
        return this.pyItem(name);
    }
  }
}
