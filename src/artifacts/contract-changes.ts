import type { Json } from '../contracts/json.ts';

type Fields = Readonly<Record<string, Json>>;

/** What became of the contract of a model between two states. */
export type ContractChange =
  | { readonly kind: 'same' | 'changed' }
  | { readonly kind: 'breaking'; readonly changes: readonly string[] };

/**
 * Compares the contracts of two manifest entries of one model (core `contracts/graph/nodes.py`,
 * `same_contract`). Taking away a column, its type, a constraint or the contract is breaking; the
 * size of a type is not. Every constraint counts as enforced, as DuckDB enforces all.
 */
export function contractChange(old: Fields, now: Fields): ContractChange {
  if (!isEnforced(old)) return { kind: isEnforced(now) ? 'changed' : 'same' };
  if (isEnforced(now) && terms(old) === terms(now)) return { kind: 'same' };
  const changes: string[] = [];
  if (!isEnforced(now)) changes.push('its contract is no longer enforced');
  const before = columnsOf(old);
  const after = columnsOf(now);
  let hasConstraints = listOf(old['constraints']).length > 0;
  for (const [name, column] of Object.entries(before)) {
    const other = after[name];
    if (other === undefined) changes.push(`the column ${name} was removed`);
    else if (baseType(column) !== baseType(other)) {
      changes.push(`the column ${name} changed its type (${typeOf(column)} to ${typeOf(other)})`);
    }
    const constraints = listOf(column['constraints']);
    if (constraints.length > 0) hasConstraints = true;
    if (other !== undefined && isTable(old)) {
      for (const lost of missing(constraints, listOf(other['constraints'])))
        changes.push(`the constraint ${lost} of the column ${name} was removed`);
    }
  }
  if (isTable(old)) {
    for (const lost of missing(listOf(old['constraints']), listOf(now['constraints'])))
      changes.push(`the constraint ${lost} was removed`);
    if (!isTable(now) && hasConstraints) {
      const [from, to] = [materialized(old), materialized(now)];
      changes.push(`it has constraints and is ${to} now, not ${from}`);
    }
  }
  return changes.length === 0 ? { kind: 'changed' } : { kind: 'breaking', changes };
}

/** Does a model that is gone take an enforced contract with it? Not after its deprecation date. */
export function isContractLost(old: Fields, now: Date): boolean {
  const deprecated = old['deprecation_date'];
  const isOver = typeof deprecated === 'string' && new Date(deprecated).getTime() < now.getTime();
  return isEnforced(old) && !isOver;
}

function isEnforced(node: Fields): boolean {
  return fieldsOf(node['contract'])['enforced'] === true;
}

/** What the checksum of a contract is made of. */
function terms(node: Fields): string {
  const columns = Object.entries(columnsOf(node))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, column]) => [name, column['data_type'] ?? null, listOf(column['constraints'])]);
  return JSON.stringify([
    columns,
    isTable(node) ? [materialized(node), listOf(node['constraints'])] : [],
  ]);
}

function missing(old: readonly Json[], now: readonly Json[]): readonly string[] {
  const kept = new Set(now.map((one) => JSON.stringify(one)));
  return old
    .filter((one) => !kept.has(JSON.stringify(one)))
    .map((one) => String(fieldsOf(one)['name'] ?? fieldsOf(one)['type']));
}

function materialized(node: Fields): string {
  return String(fieldsOf(node['config'])['materialized']);
}

function isTable(node: Fields): boolean {
  return ['table', 'incremental'].includes(materialized(node));
}

function typeOf(column: Fields): string {
  return String(column['data_type'] ?? 'none');
}

/** The type without its size: `varchar(10)` is `varchar`. */
function baseType(column: Fields): string {
  return typeOf(column).split('(')[0]!.trim().toLowerCase();
}

function columnsOf(node: Fields): Readonly<Record<string, Fields>> {
  return fieldsOf(node['columns']) as Readonly<Record<string, Fields>>;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function fieldsOf(value: Json | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}
