import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Column } from '../../contracts/relation.ts';
import { type TsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import { type BadFile, BadFiles } from '../files/bad-files.ts';
import type { Expectation } from './expectations.ts';
import { violationCounts } from './row-rules.ts';

/** What one pass over the model's rows tells. */
export interface ModelCheck {
  /** Rows of each file. */
  readonly rows: ReadonlyMap<string, number>;
  /** Rows that break each expression rule. */
  readonly violations: ReadonlyMap<string, number>;
}

interface ModelCheckRequest {
  readonly connection: Connection;
  readonly dialect: SqlDialect;
  readonly nodeName: string;
  readonly nodeId: string;
  readonly model: string;
  readonly source: string;
  readonly expectations: readonly Expectation[];
}

/** Columns that a landing model passes through from its source. */
const passedThrough = ['processing_date', '_file', '_line'] as const;

/** The model's columns; throws `landing-model-invalid` when what the engine needs is not there. */
export async function describeModel(
  request: Omit<ModelCheckRequest, 'source' | 'expectations'>,
): Promise<readonly Column[]> {
  const columns = await request.connection.describe(request.model);
  const names = columns.map(({ name }) => name.toLowerCase());
  const missing = passedThrough.filter((name) => !names.includes(name));
  if (missing.length > 0) {
    throw modelInvalid(
      request,
      `does not give ${missing.join(', ')}`,
      'A landing model passes `processing_date, _file, _line` of its source through.',
    );
  }
  if (names.includes('_batch')) {
    throw modelInvalid(request, 'gives _batch, which the engine adds itself', undefined);
  }
  if (names.length === passedThrough.length) {
    throw modelInvalid(request, 'has no columns of its own', undefined);
  }
  return columns;
}

/**
 * Proves that the model gives exactly one row for each staged row: count, sum and hash of the line
 * numbers of each file must be the same on both sides. Counts broken rules in the same pass.
 */
export async function checkModel(request: ModelCheckRequest): Promise<ModelCheck> {
  const { connection, dialect, model, source, expectations } = request;
  const identity = `_file, cast(processing_date as varchar), count(*), sum(cast(_line as bigint)),
      bit_xor(hash(cast(_line as bigint)))`;
  const staged = await connection.query(
    `select ${identity}\n    from ${source}\n    group by _file, processing_date`,
  );
  const counts = violationCounts(expectations, dialect);
  const given = await connection.query(`
    select ${[identity, ...counts].join(',\n      ')}
    from (\n${model}\n) as r
    group by _file, processing_date`);
  const expected = new Map(staged.rows.map((row) => [JSON.stringify(row.slice(0, 2)), row]));
  const rows = new Map<string, number>();
  const violations = new Map<string, number>();
  const bad: BadFile[] = [];
  const rules = expectations.filter(({ kind }) => kind === 'expression');
  for (const row of given.rows) {
    const key = JSON.stringify(row.slice(0, 2));
    const wanted = expected.get(key);
    expected.delete(key);
    if (wanted === undefined || JSON.stringify(wanted) !== JSON.stringify(row.slice(0, 5))) {
      bad.push({ file: String(row[0]), error: notOneToOne(request, row, wanted) });
      continue;
    }
    const file = String(row[0]);
    rows.set(file, Number(row[2]));
    for (const [index, rule] of rules.entries()) {
      violations.set(rule.name, (violations.get(rule.name) ?? 0) + Number(row[5 + index]));
    }
  }
  for (const wanted of expected.values())
    bad.push({ file: String(wanted[0]), error: notOneToOne(request, undefined, wanted) });
  if (bad.length > 0) throw new BadFiles(bad);
  return { rows, violations };
}

function notOneToOne(
  request: ModelCheckRequest,
  given: readonly unknown[] | undefined,
  wanted: readonly unknown[] | undefined,
): TsdbtError {
  const file = String(given?.[0] ?? wanted?.[0] ?? 'NULL');
  const problem =
    wanted === undefined
      ? `changes _file or processing_date of its source (it gives ${file}, ${String(given?.[1])})`
      : Number(given?.[2] ?? 0) === Number(wanted[2])
        ? `changes or repeats _line of ${file}`
        : `gives ${String(given?.[2] ?? 0)} rows for the ${String(wanted[2])} records of ${file}`;
  return modelInvalid(
    request,
    problem,
    'A landing model gives one row for each row of its source: no joins that multiply, no filter, no grouping. Declare filters and duplicates as expectations.',
  );
}

export function modelInvalid(
  node: { readonly nodeName: string; readonly nodeId: string },
  problem: string,
  hint: string | undefined,
): TsdbtError {
  return tsdbtError(
    'landing-model-invalid',
    { node: node.nodeName, problem },
    { nodeId: node.nodeId, ...(hint === undefined ? {} : { hint }) },
  );
}
