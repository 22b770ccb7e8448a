import type { Connection } from '../adapters/adapter.ts';
import type { SqlDialect } from '../adapters/sql-dialect.ts';
import type { Json } from '../contracts/json.ts';
import { isTsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import type { Expectation, ExpressionExpectation, UniqueExpectation } from './expectations.ts';
import type { DeliveryUnit } from './landing-config.ts';

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
  /** Whether all staged rows are of one file, or of one delivery. */
  readonly oneFile: boolean;
  readonly oneDelivery: boolean;
}

export interface RulesResult {
  /** Rows taken out (quarantined or dropped). */
  readonly rejected: number;
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
 * Only rules that are broken somewhere cost a pass over the rows.
 */
export async function applyRules(request: RulesRequest): Promise<RulesResult> {
  const { connection, dialect } = request;
  await connection.run(`
    create or replace temp table ${dialect.quote(verdictTable)} (
      _file varchar, _line bigint, code varchar, reason varchar, action varchar
    )`);
  let rejected = 0;
  const warned: Record<string, number> = {};
  for (const step of steps(request)) {
    if (step.kind === 'together') rejected += await reject(request, step.rules, rejected);
    else if (step.kind === 'unique') {
      const found = await findDuplicates(request, step, rejected);
      if (found === 0) continue;
      if (step.onViolation === 'warn') warned[step.name] = found;
      else if (step.onViolation === 'fail') await failOnDuplicates(request, step, rejected, found);
      else rejected += await rejectDuplicates(request, step, rejected);
    } else if (step.onViolation === 'warn') {
      const count = await countBroken(request, step, rejected);
      if (count > 0) warned[step.name] = count;
    } else await failOnBroken(request, step, rejected);
  }
  return { rejected, warned };
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

/** The model's rows that no earlier rule took out, named `r`. */
export function survivors(
  request: Pick<RulesRequest, 'model' | 'dialect' | 'oneFile'>,
  rejected: number,
): string {
  const rows = `from (\n${request.model}\n) as r`;
  if (rejected === 0) return rows;
  const sameFile = request.oneFile ? '' : ' and v._file = r._file';
  return `${rows}\nwhere not exists (select 1 from ${request.dialect.quote(verdictTable)} as v where v._line = r._line${sameFile})`;
}

async function reject(
  request: RulesRequest,
  rules: readonly ExpressionExpectation[],
  rejected: number,
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
    ${survivors(request, rejected)}
    ${rejected === 0 ? 'where' : 'and'} (${broken})`);
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
  rejected: number,
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
        ${survivors(request, rejected)}
        ${rejected === 0 ? 'where' : 'and'} ${known}
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
function duplicates(request: RulesRequest, rule: UniqueExpectation, rejected: number): string {
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
        select r.* ${survivors(request, rejected)}
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
  rejected: number,
): Promise<number> {
  const { literal, quote } = request.dialect;
  const place = `'line ' || _kept_line || case when _kept_file = _file then '' else ' of ' || _kept_file end`;
  const what = rule.message === undefined ? 'duplicate of ' : `${rule.message}: duplicate of `;
  const result = await request.connection.run(`
    insert into ${quote(verdictTable)}
    select _file, _line, ${literal(rule.name)},
      ${literal(what)} || ${place},
      ${literal(rule.onViolation)}
    from (${duplicates(request, rule, rejected)}
    )`);
  return result.rowsAffected ?? 0;
}

async function countBroken(
  request: RulesRequest,
  rule: ExpressionExpectation,
  rejected: number,
): Promise<number> {
  const { rows } = await request.connection.query(
    `select count(*) ${survivors(request, rejected)} ${rejected === 0 ? 'where' : 'and'} ${brokenBy(rule)}`,
  );
  return Number(rows[0]?.[0]);
}

async function failOnBroken(
  request: RulesRequest,
  rule: ExpressionExpectation,
  rejected: number,
): Promise<void> {
  const count = await countBroken(request, rule, rejected);
  if (count === 0) return;
  const { columns, rows } = await request.connection.query(
    `select r.* ${survivors(request, rejected)} ${rejected === 0 ? 'where' : 'and'} ${brokenBy(rule)}
     order by _file, _line limit 5`,
  );
  throw failed(request, rule, count, columns, rows);
}

async function failOnDuplicates(
  request: RulesRequest,
  rule: UniqueExpectation,
  rejected: number,
  count: number,
): Promise<never> {
  const { columns, rows } = await request.connection.query(
    `select * exclude (_n, _kept_line, _kept_file) from (${duplicates(request, rule, rejected)}\n) order by _file, _line limit 5`,
  );
  throw failed(request, rule, count, columns, rows);
}

function failed(
  request: RulesRequest,
  rule: Expectation,
  count: number,
  columns: readonly { readonly name: string }[],
  rows: readonly (readonly Json[])[],
): Error {
  const lines = rows.map((row) =>
    columns
      .map(({ name }, index) => `${name}: ${row[index] === null ? 'NULL' : String(row[index])}`)
      .join(', '),
  );
  return tsdbtError(
    'expectation-failed',
    {
      node: request.nodeName,
      expectation: rule.name,
      count,
      sample: lines.map((line) => `  ${line.slice(0, 300)}`).join('\n'),
    },
    { nodeId: request.nodeId },
  );
}
