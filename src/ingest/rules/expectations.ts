import { didYouMean } from '../../errors/suggest.ts';
import { tsdbtError } from '../../errors/tsdbt-error.ts';

export type ViolationAction = 'quarantine' | 'drop' | 'warn' | 'fail';

interface ExpectationBase {
  /** Permanent name; the `code` of rows that break it. */
  readonly name: string;
  readonly onViolation: ViolationAction;
  /** What the `reason` of a quarantined row says. */
  readonly message: string | undefined;
}

/** A condition that each row must meet; NULL counts as not met. */
export interface ExpressionExpectation extends ExpectationBase {
  readonly kind: 'expression';
  readonly expression: string;
}

/** At most one row a key within a delivery; `orderBy` says which row stays (the first). */
export interface UniqueExpectation extends ExpectationBase {
  readonly kind: 'unique';
  readonly columns: readonly string[];
  readonly orderBy: string | undefined;
}

export type Expectation = ExpressionExpectation | UniqueExpectation;

/** Codes the engine itself gives to records it can't read. */
export const builtInCodes = ['malformed_record', 'unreadable_value', 'late_record'] as const;

const keys = ['name', 'expression', 'unique', 'order_by', 'on_violation', 'message'] as const;
const actions: readonly ViolationAction[] = ['quarantine', 'drop', 'warn', 'fail'];

/** Validates the `expectations:` list of a landing model; throws `expectation-invalid`. */
export function parseExpectations(raw: unknown, nodeName: string): readonly Expectation[] {
  if (raw === undefined || raw === null) return [];
  if (!Array.isArray(raw)) throw invalid(nodeName, 'is not part of a list under `expectations`');
  const seen = new Set<string>();
  return raw.map((item: unknown, index) => {
    const parsed = parseOne(item, index);
    if (seen.has(parsed.name)) throw invalid(parsed.name, 'is declared twice');
    seen.add(parsed.name);
    return parsed;
  });
}

function parseOne(item: unknown, index: number): Expectation {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw invalid(`number ${index + 1}`, 'is not a mapping');
  }
  const entry = item as Readonly<Record<string, unknown>>;
  const name = entry['name'];
  if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    throw invalid(
      typeof name === 'string' ? name : `number ${index + 1}`,
      'needs a `name` of letters, digits and _',
    );
  }
  if ((builtInCodes as readonly string[]).includes(name)) {
    throw invalid(name, 'has the name of a built-in code');
  }
  for (const key of Object.keys(entry)) {
    if ((keys as readonly string[]).includes(key)) continue;
    throw invalid(name, `has the unknown key \`${key}\``, didYouMean(key, keys));
  }
  const onViolation = entry['on_violation'] ?? 'quarantine';
  const action = actions.find((a) => a === onViolation);
  if (action === undefined) throw invalid(name, `has \`on_violation: ${String(onViolation)}\``);
  const base = { name, onViolation: action, message: text(entry, 'message', name) };
  const expression = text(entry, 'expression', name);
  const orderBy = text(entry, 'order_by', name);
  if ((expression === undefined) === (entry['unique'] === undefined)) {
    throw invalid(name, 'needs one of `expression` and `unique`');
  }
  if (expression !== undefined) {
    if (orderBy !== undefined) throw invalid(name, 'has `order_by`, which goes with `unique`');
    return { ...base, kind: 'expression', expression };
  }
  return { ...base, kind: 'unique', columns: columnNames(entry['unique'], name), orderBy };
}

function text(
  entry: Readonly<Record<string, unknown>>,
  key: string,
  name: string,
): string | undefined {
  const value = entry[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean' && key === 'expression') return String(value);
  if (typeof value !== 'string' || value.trim() === '') {
    throw invalid(name, `needs text in \`${key}\``);
  }
  return value.trim();
}

function columnNames(value: unknown, name: string): readonly string[] {
  const list = typeof value === 'string' ? [value] : value;
  if (
    !Array.isArray(list) ||
    list.length === 0 ||
    list.some((column) => typeof column !== 'string' || column.trim() === '')
  ) {
    throw invalid(name, 'needs a column or a list of columns in `unique`');
  }
  return list as readonly string[];
}

function invalid(name: string, problem: string, hint?: string): Error {
  return tsdbtError('expectation-invalid', { name, problem }, hint === undefined ? {} : { hint });
}
