import type { Json } from '../contracts/json.ts';

export interface TestVerdict {
  readonly failures: number;
  readonly shouldWarn: boolean;
  readonly shouldError: boolean;
}

/** A test's query, cut to `limit` when one is configured. */
export function limitedTestSql(
  compiledSql: string,
  config: Readonly<Record<string, Json>>,
): string {
  const sql = compiledSql.trim().replace(/;\s*$/, '');
  const limit = config['limit'];
  return limit === null || limit === undefined ? sql : `${sql}\nlimit ${Number(limit)}`;
}

/**
 * The query that judges a test: one row with `failures`, `should_warn`, `should_error`
 * (docs.getdbt.com/reference/resource-configs/fail_calc and /severity).
 */
export function testVerdictSql(from: string, config: Readonly<Record<string, Json>>): string {
  const calc = String(config['fail_calc'] ?? 'count(*)');
  const warnIf = String(config['warn_if'] ?? '!= 0');
  const errorIf = String(config['error_if'] ?? '!= 0');
  return `select\n  ${calc} as failures,\n  ${calc} ${warnIf} as should_warn,\n  ${calc} ${errorIf} as should_error\nfrom (\n${from}\n) dbt_internal_test`;
}

/**
 * Pass, warn or fail, by dbt's rule: an error needs severity error, a warning does not. With `warningsFail`
 * (`--warn-error`) what would warn fails.
 */
export function testStatus(
  verdict: TestVerdict,
  config: Readonly<Record<string, Json>>,
  warningsFail: boolean,
): 'pass' | 'warn' | 'fail' {
  const severity = String(config['severity'] ?? 'error').toLowerCase();
  if (severity === 'error' && verdict.shouldError) return 'fail';
  if (!verdict.shouldWarn) return 'pass';
  return warningsFail ? 'fail' : 'warn';
}

/** Where failing rows are kept, if they are: `store_failures_as` wins over `store_failures`. */
export function storeFailuresAs(
  config: Readonly<Record<string, Json>>,
  flag: boolean,
): 'table' | 'view' | undefined {
  const as = config['store_failures_as'];
  if (as === 'table' || as === 'view') return as;
  if (as === 'ephemeral') return undefined;
  const stored = config['store_failures'] ?? flag;
  return stored === true ? 'table' : undefined;
}
