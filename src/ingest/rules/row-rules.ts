import type { Connection } from '../../adapters/adapter.ts';
import type { SqlDialect } from '../../adapters/sql-dialect.ts';
import type { Json } from '../../contracts/json.ts';
import { isTsdbtError, tsdbtError } from '../../errors/tsdbt-error.ts';
import { BadFiles } from '../files/bad-files.ts';
import type { DeliveryUnit } from '../source/landing-config.ts';
import type { Expectation, ExpressionExpectation, UniqueExpectation } from './expectations.ts';

/** Temporary table of the rows that a rule takes out: `_file`, `_line`, code, reason, action. */
export const verdictTable = 'tsdbt_landing_verdicts';
/** Temporary table of the keys that occur more than once. */
export const keysTable = 'tsdbt_landing_keys';

export interface RulesRequest {
  readonly connection: Connection;
  readonly dialect: SqlDialect;
  readonly nodeName: string;
  readonly nodeId: string;
  /** The model's compiled SQL over the staged source. */
  readonly model: string;
  readonly expectations: readonly Expectation[];
  /** Rows that break each expression rule, by its name, as {@link violationCounts} gave them. */
  readonly violations: ReadonlyMap<string, number>;
  readonly delivery: DeliveryUnit;
  /** What `_line` counts in these files. */
  readonly counted: 'line' | 'record';
  /** Whether all staged rows are of one file, or of one delivery. */
  readonly oneFile: boolean;
  readonly oneDelivery: boolean;
}

/** The rows that rules took out (to quarantine or for good). */
export interface TakenOut {
  readonly rows: number;
  /** Conditions that hold for the rows taken out by expressions. */
  readonly conditions: readonly string[];
  /** Whether rows were taken out as duplicates too: only the verdict table can name these. */
  readonly duplicates: boolean;
}

export interface RulesResult {
  readonly taken: TakenOut;
  readonly warned: Readonly<Record<string, number>>;
}

/** An expectation's condition as SQL that is true for a row that breaks it. */
export function brokenBy(rule: ExpressionExpectation): string {
  // The line break ends a comment at the end of the user's text.
  return `((${rule.expression}\n) is not true)`;
}

/** Checks that every rule can be evaluated on the model's output; throws `expectation-invalid`. */
export async function checkRules(request: RulesRequest): Promise<void> {
  for (const rule of request.expectations) {
    const sql =
      rule.kind === 'expression'
        ? `select ${brokenBy(rule)} from (\n${request.model}\n) as r`
        : `select ${keyList(rule, request.dialect)} from (\n${request.model}\n) as r order by ${rule.orderBy ?? '1'}`;
    try {
      await request.connection.describe(sql);
    } catch (error) {
      if (!isTsdbtError(error, 'sql-failed')) throw error;
      throw tsdbtError(
        'expectation-invalid',
        { name: rule.name, problem: `can't be evaluated on ${request.nodeName}: ${error.message}` },
        { nodeId: request.nodeId, cause: error, ...(error.hint ? { hint: error.hint } : {}) },
      );
    }
  }
}

/** Select list that counts the rows which break each expression rule. */
export function violationCounts(
  expectations: readonly Expectation[],
  dialect: SqlDialect,
): string[] {
  return expectations.flatMap((rule) =>
    rule.kind === 'expression'
      ? [`count(*) filter (where ${brokenBy(rule)}) as ${dialect.quote(rule.name)}`]
      : [],
  );
}

/**
 * Applies the rules in the order declared and leaves the rows they take out in the verdict table.
 * Only rules that are broken somewhere cost a pass over the rows. `takeOutFirst` may put rows into the
 * verdict table before the rules do, and gives their number.
 */
export async function applyRules(
  request: RulesRequest,
  takeOutFirst: () => Promise<number> = async () => 0,
): Promise<RulesResult> {
  const { connection, dialect } = request;
  await connection.run(`
    create or replace temp table ${dialect.quote(verdictTable)} (
      _file varchar, _line bigint, code varchar, reason varchar, action varchar
    )`);
  const before = await takeOutFirst();
  let taken: TakenOut = { rows: before, conditions: [], duplicates: before > 0 };
  const warned: Record<string, number> = {};
  for (const step of steps(request)) {
    if (step.kind === 'together') {
      const rows = taken.rows + (await reject(request, step.rules, taken));
      taken = { ...taken, rows, conditions: [...taken.conditions, ...step.rules.map(brokenBy)] };
    } else if (step.kind === 'unique') {
      const found = await findDuplicates(request, step, taken);
      if (found === 0) continue;
      if (step.onViolation === 'warn') warned[step.name] = found;
      else if (step.onViolation === 'fail') await failOnDuplicates(request, step, taken);
      else {
        const rows = taken.rows + (await rejectDuplicates(request, step, taken));
        taken = { ...taken, rows, duplicates: true };
      }
    } else if (step.onViolation === 'warn') {
      const count = await countBroken(request, step, taken);
      if (count > 0) warned[step.name] = count;
    } else await failOnBroken(request, step, taken);
  }
  return { taken, warned };
}

interface TogetherStep {
  readonly kind: 'together';
  readonly rules: readonly ExpressionExpectation[];
}

type Step = TogetherStep | Expectation;

/** Neighbouring quarantine and drop expressions go in one pass; rules nothing breaks are left out. */
function* steps(request: RulesRequest): Generator<Step> {
  let together: ExpressionExpectation[] = [];
  for (const rule of request.expectations) {
    if (rule.kind === 'expression' && (request.violations.get(rule.name) ?? 0) === 0) continue;
    const takesOut = rule.onViolation === 'quarantine' || rule.onViolation === 'drop';
    if (rule.kind === 'expression' && takesOut) {
      together.push(rule);
      continue;
    }
    if (together.length > 0) yield { kind: 'together', rules: together };
    together = [];
    yield rule;
  }
  if (together.length > 0) yield { kind: 'together', rules: together };
}

/**
 * FROM and WHERE of the model's rows that no rule took out, named `r`, with one more condition. A
 * join with the verdict table costs every row something, so it is left out where conditions do.
 */
export function survivors(
  request: Pick<RulesRequest, 'model' | 'dialect' | 'oneFile'>,
  taken: TakenOut,
  also?: string,
): string {
  const model = `(\n${request.model}\n)`;
  const conditions = also === undefined ? [] : [`(${also})`];
  if (!taken.duplicates) {
    conditions.unshift(...taken.conditions.map((condition) => `not ${condition}`));
    return `from ${model} as r${where(conditions)}`;
  }
  // `not exists` would do, but DuckDB plans it as a join that collects all rows first.
  const verdicts = `(select _file as out_file, _line as out_line from ${request.dialect.quote(verdictTable)})`;
  const sameFile = request.oneFile ? '' : ' and out_file = r._file';
  return `from (
    select r.*
    from ${model} as r
    left join ${verdicts} on out_line = r._line${sameFile}
    where out_line is null
  ) as r${where(conditions)}`;
}

function where(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `\nwhere ${conditions.join('\n  and ')}`;
}

async function reject(
  request: RulesRequest,
  rules: readonly ExpressionExpectation[],
  taken: TakenOut,
): Promise<number> {
  const { literal, quote } = request.dialect;
  const first = (value: (rule: ExpressionExpectation) => string) =>
    `case ${rules.map((rule) => `when ${brokenBy(rule)} then ${literal(value(rule))}`).join(' ')} end`;
  const reasons = rules.map(
    (rule) => `case when ${brokenBy(rule)} then ${literal(messageOf(rule))} end`,
  );
  const broken = rules.map(brokenBy).join(' or ');
  const result = await request.connection.run(`
    insert into ${quote(verdictTable)}
    select _file, _line, ${first((rule) => rule.name)}, concat_ws('; ', ${reasons.join(', ')}),
      ${first((rule) => rule.onViolation)}
    ${survivors(request, taken, broken)}`);
  return result.rowsAffected ?? 0;
}

function messageOf(rule: ExpressionExpectation): string {
  return rule.message ?? `not true: ${rule.expression.replace(/\s+/g, ' ')}`;
}

function keyList(rule: UniqueExpectation, dialect: SqlDialect): string {
  return rule.columns.map((column) => `r.${dialect.quote(column)}`).join(', ');
}

/** Columns that say which delivery a row is of; none when all rows are of one. */
function deliveryColumns(request: RulesRequest): readonly string[] {
  if (request.oneDelivery) return [];
  return request.delivery === 'date' ? ['processing_date'] : ['_file'];
}

/** Collects the keys that occur more than once; gives the number of rows too many. */
async function findDuplicates(
  request: RulesRequest,
  rule: UniqueExpectation,
  taken: TakenOut,
): Promise<number> {
  const { connection, dialect } = request;
  const columns = [...deliveryColumns(request), ...rule.columns.map(dialect.quote)];
  const aliased = columns.map((column, index) => `r.${column} as k${index}`);
  const keys = columns.map((_, index) => `k${index}`).join(', ');
  const known = columns.map((column) => `r.${column} is not null`).join(' and ');
  // Numbering within the key needs no order here and is cheaper than grouping by it.
  await connection.run(`
    create or replace temp table ${dialect.quote(keysTable)} as
    select ${keys}, count(*) as extra
    from (
      select ${keys}, row_number() over (partition by ${keys}) as n
      from (
        select ${aliased.join(', ')}
        ${survivors(request, taken, known)}
      )
    )
    where n > 1
    group by ${keys}`);
  const { rows } = await connection.query(
    `select coalesce(sum(extra), 0) from ${dialect.quote(keysTable)}`,
  );
  return Number(rows[0]?.[0]);
}

/** The rows of duplicate keys beyond the one that stays, with the place of that one. */
function duplicates(request: RulesRequest, rule: UniqueExpectation, taken: TakenOut): string {
  const { dialect } = request;
  const columns = [...deliveryColumns(request), ...rule.columns.map(dialect.quote)];
  const same = columns.map((column, index) => `k.k${index} = r.${column}`).join(' and ');
  const order = [rule.orderBy, '_file desc', '_line desc'].filter((part) => part !== undefined);
  return `
    select *
    from (
      select r.*,
        row_number() over same_key as _n,
        first_value(_line) over same_key as _kept_line,
        first_value(_file) over same_key as _kept_file
      from (
        select r.* ${survivors(request, taken)}
      ) as r
      semi join ${dialect.quote(keysTable)} as k on ${same}
      window same_key as (
        partition by ${columns.map((column) => `r.${column}`).join(', ')}
        order by ${order.join(', ')}
      )
    )
    where _n > 1`;
}

async function rejectDuplicates(
  request: RulesRequest,
  rule: UniqueExpectation,
  taken: TakenOut,
): Promise<number> {
  const { literal, quote } = request.dialect;
  const place = `'${request.counted} ' || _kept_line || case when _kept_file = _file then '' else ' of ' || _kept_file end`;
  const what = rule.message === undefined ? 'duplicate of ' : `${rule.message}: duplicate of `;
  const result = await request.connection.run(`
    insert into ${quote(verdictTable)}
    select _file, _line, ${literal(rule.name)},
      ${literal(what)} || ${place},
      ${literal(rule.onViolation)}
    from (${duplicates(request, rule, taken)}
    )`);
  return result.rowsAffected ?? 0;
}

async function countBroken(
  request: RulesRequest,
  rule: ExpressionExpectation,
  taken: TakenOut,
): Promise<number> {
  const { rows } = await request.connection.query(
    `select count(*) ${survivors(request, taken, brokenBy(rule))}`,
  );
  return Number(rows[0]?.[0]);
}

async function failOnBroken(
  request: RulesRequest,
  rule: ExpressionExpectation,
  taken: TakenOut,
): Promise<void> {
  if ((await countBroken(request, rule, taken)) === 0) return;
  throw await failed(request, rule, `select r.* ${survivors(request, taken, brokenBy(rule))}`);
}

async function failOnDuplicates(
  request: RulesRequest,
  rule: UniqueExpectation,
  taken: TakenOut,
): Promise<never> {
  const rows = `select * exclude (_n, _kept_line, _kept_file) from (${duplicates(request, rule, taken)}\n)`;
  throw await failed(request, rule, rows);
}

/** The files with rows that break a rule whose `on_violation` is fail, each with its first rows. */
async function failed(request: RulesRequest, rule: Expectation, broken: string): Promise<BadFiles> {
  const { columns, rows } = await request.connection.query(`
    select * from (
      select r.*, count(*) over same_file as _broken, row_number() over same_file as _place,
        _file as _of_file, _line as _of_line
      from (${broken}\n) as r
      window same_file as (partition by _file order by _line
        rows between unbounded preceding and unbounded following)
    )
    where _place <= 5
    order by _of_file, _of_line`);
  const own = columns.slice(0, -4);
  const byFile = new Map<string, (readonly Json[])[]>();
  for (const row of rows) {
    const file = String(row.at(-2));
    byFile.set(file, [...(byFile.get(file) ?? []), row]);
  }
  return new BadFiles(
    [...byFile].map(([file, sample]) => {
      const line = Number(sample[0]!.at(-1));
      const lines = sample.map((row) =>
        own
          .map(({ name }, index) => `${name}: ${row[index] === null ? 'NULL' : String(row[index])}`)
          .join(', '),
      );
      const error = tsdbtError(
        'expectation-failed',
        {
          node: request.nodeName,
          expectation: rule.name,
          count: Number(sample[0]!.at(-4)),
          sample: lines.map((text) => `  ${text.slice(0, 300)}`).join('\n'),
        },
        {
          nodeId: request.nodeId,
          location: request.counted === 'line' ? { file, line } : { file },
        },
      );
      return { file, error };
    }),
  );
}
