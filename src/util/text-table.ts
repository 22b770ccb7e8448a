import { printable } from './printable.ts';

/** Rows as an aligned text table, cells cut at `width` characters. Null is shown as an empty cell. */
export function textTable(
  result: {
    readonly columns: readonly { readonly name: string }[];
    readonly rows: readonly (readonly unknown[])[];
  },
  width = 40,
): string {
  const header = result.columns.map((column) => cell(column.name, width));
  const body = result.rows.map((row) => row.map((value) => cell(value, width)));
  const widths = header.map((name, i) =>
    Math.max(name.length, ...body.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `  ${cells.map((text, i) => text.padEnd(widths[i]!)).join('  ')}`.trimEnd();
  return [line(header), line(widths.map((w) => '-'.repeat(w))), ...body.map(line)].join('\n');
}

function cell(value: unknown, width: number): string {
  if (value === null || value === undefined) return '';
  const text = printable(typeof value === 'object' ? JSON.stringify(value) : String(value));
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
