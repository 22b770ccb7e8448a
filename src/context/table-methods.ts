import {
  type CallResult,
  callMacro,
  isTruthy,
  jsonDumps,
  type Kwargs,
  PyDict,
  PyObject,
  raisePython,
  toStr,
  type Value,
} from '../jinja/index.ts';
import { printable } from '../util/printable.ts';
import { agateType } from './agate-type.ts';
import { jsonValue } from './cell-value.ts';
import type { TableData } from './table-columns.ts';
import { TableRow } from './table-row.ts';

export interface TableCall {
  readonly data: TableData;
  /** The table that a method gives. */
  readonly made: (data: TableData) => Value;
  readonly say: (text: string) => void;
}

type TableMethod = (call: TableCall, args: Value[], kwargs: Kwargs) => CallResult;

/** Methods of agate's Table that give another table, or print it. */
export const tableMethods: ReadonlyMap<string, TableMethod> = new Map<string, TableMethod>([
  [
    'select',
    ({ data, made }, [key], kwargs) => made(pick(data, namesOf(key ?? kwargs.get('key') ?? null))),
  ],
  [
    'exclude',
    ({ data, made }, [key], kwargs) => {
      const without = new Set(namesOf(key ?? kwargs.get('key') ?? null));
      return made(
        pick(
          data,
          data.names.filter((name) => !without.has(name)),
        ),
      );
    },
  ],
  [
    'rename',
    ({ data, made }, [given], kwargs) => {
      const wanted = given ?? kwargs.get('column_names') ?? null;
      const names = data.names.map((name, i) => {
        const next = Array.isArray(wanted)
          ? wanted[i]
          : wanted instanceof PyDict
            ? wanted.get(name)
            : undefined;
        return next === undefined || next === null ? name : toStr(next);
      });
      return made(withRows({ ...data, names }, data.rows));
    },
  ],
  [
    'where',
    ({ data, made }, [test], kwargs) => {
      const accepts = test ?? kwargs.get('test') ?? null;
      return (function* () {
        const kept: TableRow[] = [];
        for (const row of data.rows) if (isTruthy(yield* callMacro(accepts, [row]))) kept.push(row);
        return made({ ...data, rows: kept });
      })();
    },
  ],
  [
    'find',
    ({ data }, [test], kwargs) => {
      const accepts = test ?? kwargs.get('test') ?? null;
      return (function* () {
        for (const row of data.rows) if (isTruthy(yield* callMacro(accepts, [row]))) return row;
        return null;
      })();
    },
  ],
  ['order_by', orderBy],
  [
    'limit',
    ({ data, made }, [first, last], kwargs) => {
      const start = first ?? kwargs.get('start_or_stop') ?? null;
      const stop = last ?? kwargs.get('stop') ?? null;
      const range = stop === null ? [0, number(start)] : [number(start), number(stop)];
      return made({ ...data, rows: data.rows.slice(...range) });
    },
  ],
  [
    'distinct',
    ({ data, made }, [key], kwargs) => {
      const names = namesOf(key ?? kwargs.get('key') ?? [...data.names]);
      const seen = new Set<string>();
      const rows = data.rows.filter((row) => {
        const value = JSON.stringify(names.map((name) => toStr(row.pyItem(name) ?? null)));
        return !seen.has(value) && seen.add(value);
      });
      return made({ ...data, rows });
    },
  ],
  ['print_table', printTable],
  [
    'print_csv',
    ({ data, say }) => {
      const line = (cells: readonly Value[]) => cells.map(csvCell).join(',');
      say([line(data.names as string[]), ...data.rows.map((row) => line(row.values))].join('\n'));
      return null;
    },
  ],
  [
    'print_json',
    ({ data, say }) => {
      const rows = data.rows.map(
        (row) => new PyDict(row.names.map((name, i) => [name, row.values[i]!] as const)),
      );
      say(jsonDumps(rows, { fallback: jsonValue }));
      return null;
    },
  ],
]);

function orderBy({ data, made }: TableCall, [given]: Value[], kwargs: Kwargs): Value {
  const names = namesOf(given ?? kwargs.get('key') ?? null);
  const direction = isTruthy(kwargs.get('reverse') ?? false) ? -1 : 1;
  const rows = [...data.rows].sort((a, b) => {
    for (const name of names) {
      const order = compare(a.pyItem(name) ?? null, b.pyItem(name) ?? null);
      if (order !== 0) return order * direction;
    }
    return 0;
  });
  return made({ ...data, rows });
}

/** Nulls come last, as agate sorts them. */
function compare(a: Value, b: Value): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = a instanceof PyObject ? a.pyCompare(b, '<') : undefined;
  if (order !== undefined) return order;
  const [x, y] = [a, b].map((value) =>
    typeof value === 'number' || typeof value === 'bigint' ? value : toStr(value),
  ) as [number, number];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** As agate prints it: at most 20 rows and 6 columns, cells of 20 characters. */
function printTable({ data, say }: TableCall, args: Value[], kwargs: Kwargs): Value {
  const setting = (at: number, name: string, otherwise: number) => {
    const value = args[at] ?? kwargs.get(name) ?? null;
    return value === null ? otherwise : number(value);
  };
  const maxRows = setting(0, 'max_rows', 20);
  const maxColumns = setting(1, 'max_columns', 6);
  const width = setting(3, 'max_column_width', 20);
  const cut = (cells: readonly Value[]) => {
    const shown = cells.slice(0, maxColumns).map((value) => {
      const text = printable(value === null ? '' : toStr(value));
      return text.length > width ? `${text.slice(0, width - 3)}...` : text;
    });
    return cells.length > maxColumns ? [...shown, '...'] : shown;
  };
  const header = cut(data.names as string[]);
  const body = data.rows.slice(0, maxRows).map((row) => cut(row.values));
  const widths = header.map((name, i) =>
    Math.max(name.length, ...body.map((cells) => cells[i]!.length)),
  );
  const numeric = data.types.map((type) => ['Integer', 'Number'].includes(agateType(type).name));
  const line = (cells: readonly string[]) => {
    const padded = cells.map((text, i) =>
      numeric[i] === true ? text.padStart(widths[i]!) : text.padEnd(widths[i]!),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const lines = [line(header), line(widths.map((w) => '-'.repeat(w))), ...body.map(line)];
  if (data.rows.length > maxRows) lines.push(line(widths.map((w) => '...'.slice(0, w))));
  say(lines.join('\n'));
  return null;
}

function pick(data: TableData, names: readonly string[]): TableData {
  const at = names.map((name) => {
    const index = data.names.indexOf(name);
    return index === -1 ? raisePython('KeyError', name) : index;
  });
  return {
    names,
    types: at.map((i) => data.types[i]!),
    rows: data.rows.map(
      (row) =>
        new TableRow(
          names,
          at.map((i) => row.values[i]!),
        ),
    ),
  };
}

function withRows(data: TableData, rows: readonly TableRow[]): TableData {
  return { ...data, rows: rows.map((row) => new TableRow(data.names, row.values)) };
}

function namesOf(key: Value): readonly string[] {
  return Array.isArray(key) ? key.map(toStr) : [toStr(key)];
}

function number(value: Value): number {
  return Number(toStr(value));
}

function csvCell(value: Value): string {
  const text = value === null ? '' : toStr(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
