import type { Connection } from '../adapters/adapter.ts';
import type { Node } from '../contracts/node.ts';
import type { Column } from '../contracts/relation.ts';
import { tsdbtError } from '../errors/tsdbt-error.ts';
import { recordLines } from '../ingest/read/record-lines.ts';
import { type DataType, isScalar, isText, parseDataType } from '../ingest/values/data-type.ts';
import { valueFunctions } from '../ingest/values/functions.ts';
import { readValue } from '../ingest/values/read-value.ts';
import { plainValues } from '../ingest/values/value-settings.ts';
import { configuredTypes, type SeedReaders, seedText } from '../materializations/seed-sql.ts';
import type { RunContext } from './run-context.ts';
import type { SeedSource } from './seed-columns.ts';

/** How configured columns of a seed are read, and what is to be said of their values. */
export interface SeedValues {
  readonly readers: SeedReaders;
  readonly notices: readonly string[];
}

const shownValues = 5;

interface TypedColumn extends Column {
  /** SQL for the value of the text in SQL; NULL where the text is not exactly such a value. */
  readonly read: (text: string) => string;
}

/**
 * Compares the values of columns that `column_types` names with their types, by the rules of landing
 * columns. A project of ours loads a text only if it is exactly such a value; otherwise this throws
 * `seed-values` with the first five places. A dbt project casts as dbt does: values that change are
 * counted in a notice, and those that can't be cast are the same error.
 */
export async function checkSeedValues(
  node: Node,
  { source, columns, path, delimiter }: SeedSource,
  context: RunContext,
  connection: Connection,
): Promise<SeedValues> {
  const configured = configuredTypes(node.config);
  const typed = columns.flatMap(
    (column) => (configured.has(column.name.toLowerCase()) ? typedColumn(column) : undefined) ?? [],
  );
  if (typed.length === 0) return { readers: new Map(), notices: [] };
  await connection.run(valueFunctions());
  const isExact = projectFile(node, context) === 'project.yml';
  const { quote } = context.dialect;
  const texts = typed.map(({ name }, index) => `${seedText(quote(name))} as t${index}`);
  const flags = typed.map(({ type, read }, index) => {
    const isBad = `(t${index} is not null and ${read(`t${index}`)} is null)`;
    const fails = `(t${index} is not null and try_cast(t${index} as ${type}) is null)`;
    return [`${isBad} as b${index}`, `${isExact ? isBad : fails} as f${index}`].join(', ');
  });
  const from = `(select *, ${flags.join(', ')} from (select ${texts.join(', ')} from (${source})))`;
  const sums = typed.flatMap((_, index) => [
    `count(*) filter (b${index})`,
    `count(*) filter (f${index})`,
  ]);
  const counts = (await connection.query(`select ${sums.join(', ')} from ${from}`)).rows[0]!;
  const bad = typed.map((_, index) => Number(counts[2 * index]));
  const failing = typed.map((_, index) => Number(counts[2 * index + 1]));
  if (failing.some((count) => count > 0)) {
    const places = await badPlaces(connection, typed, from);
    const lines = recordLines(path, delimiter, columns.length, new Set(places.map((at) => at.row)));
    const { originalFilePath: file } = node;
    const samples = places.map(
      ({ row, column, text }) =>
        `${file}:${lines.get(row) ?? '?'} column ${column.name}: ${JSON.stringify(text.slice(0, 100))} is no ${column.type}`,
    );
    throw tsdbtError(
      'seed-values',
      { seed: node.uniqueId, count: failing.reduce((sum, count) => sum + count, 0), samples },
      { nodeId: node.uniqueId, location: { file, line: lines.get(places[0]!.row) ?? 1 } },
    );
  }
  if (isExact) return { readers: exactReaders(typed), notices: [] };
  const notices = typed.flatMap(({ name, type }, index) =>
    bad[index] === 0
      ? []
      : `${bad[index]} value(s) of the column ${name} are not exactly of its type ${type} and were changed by the cast, as in dbt`,
  );
  return { readers: new Map(), notices };
}

/** Readers for a file that was checked; one that changed since is no reason to lose a value. */
function exactReaders(typed: readonly TypedColumn[]): SeedReaders {
  return new Map(
    typed.map(({ name, read }) => [
      name,
      (column) => {
        const text = seedText(column);
        return `case when ${text} is not null and ${read(text)} is null then error('the file changed while it was loaded') else ${read(text)} end`;
      },
    ]),
  );
}

function typedColumn(column: Column): TypedColumn | undefined {
  const type = parseDataType(column.type);
  if (type === undefined || isText(type)) return undefined;
  if (isScalar(type)) {
    return { ...column, read: (text) => readValue(text, type, plainValues).value };
  }
  const parts = typeOfTexts(type);
  // Of a map the database itself says whether the text is one.
  if (parts === undefined) {
    return { ...column, read: (text) => `try_cast(${text} as ${column.type})` };
  }
  const read = (text: string) => {
    const inside = `to_json(try_cast(${text} as ${parts}))::varchar`;
    const { value, unreadable } = readValue(inside, type, plainValues);
    return `case when not (${unreadable}) then ${value} end`;
  };
  return { ...column, read };
}

/** A nested type with text in the place of each scalar; undefined where there is a map in it. */
function typeOfTexts(type: DataType): string | undefined {
  if (isScalar(type)) return 'varchar';
  if (type.kind === 'map') return undefined;
  if (type.kind === 'list') {
    const item = typeOfTexts(type.item);
    return item === undefined ? undefined : `${item}[]`;
  }
  const fields = type.fields.map(({ name, type: inner }) => [name, typeOfTexts(inner)] as const);
  if (fields.some(([, inner]) => inner === undefined)) return undefined;
  return `struct(${fields.map(([name, inner]) => `"${name.replaceAll('"', '""')}" ${inner}`).join(', ')})`;
}

function projectFile(node: Node, { manifest }: RunContext): string {
  const own = manifest.packages.find(({ name }) => name === node.packageName);
  return (own ?? manifest.project).file;
}

interface BadPlace {
  /** Number of the record behind the header, from 1. */
  readonly row: number;
  readonly column: TypedColumn;
  readonly text: string;
}

async function badPlaces(
  connection: Connection,
  typed: readonly TypedColumn[],
  from: string,
): Promise<readonly BadPlace[]> {
  const texts = typed.map((_, index) => `case when f${index} then t${index} end`);
  const any = typed.map((_, index) => `f${index}`).join(' or ');
  const { rows } = await connection.query(
    `select r, ${texts.join(', ')} from (select row_number() over () as r, * from ${from}) where ${any} order by r limit ${shownValues}`,
  );
  return rows
    .flatMap(([row, ...values]) =>
      typed.flatMap((column, index) =>
        values[index] === null ? [] : { row: Number(row), column, text: String(values[index]) },
      ),
    )
    .slice(0, shownValues);
}
