import type { ZodType, z } from 'zod';
import { suggest } from '../errors/suggest.ts';
import { type TsdbtError, tsdbtError } from '../errors/tsdbt-error.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { keyText } from '../util/mapping-key.ts';
import { WholeFloat } from '../util/whole-float.ts';
import type { YamlFile, YamlPath } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;

/**
 * Checks a YAML value against a schema. Gives the typed value, or every problem as an error with
 * its place in the file. `path` is where `value` stands in the file; `where` names it for people,
 * as in `model "dim_customer"`.
 */
export function validate<T>(
  schema: ZodType<T>,
  value: unknown,
  file: YamlFile,
  path: YamlPath,
  where: string,
  options: { readonly onUnknownKey?: (error: TsdbtError) => void } = {},
): { value: T; errors: readonly [] } | { value: undefined; errors: readonly TsdbtError[] } {
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data, errors: [] };
  const plain = result.error.issues.reduce<unknown>(
    (rest, issue) => withNumber(rest, issue.path),
    value,
  );
  if (plain !== value) return validate(schema, plain, file, path, where, options);
  const { onUnknownKey } = options;
  if (onUnknownKey !== undefined) {
    const unknown = result.error.issues.filter((issue) => issue.code === 'unrecognized_keys');
    if (unknown.length > 0) {
      for (const issue of unknown) {
        for (const error of toErrors(issue, schema, file, path, where)) onUnknownKey(error);
      }
      const known = unknown.reduce<unknown>(
        (rest, issue) => withoutKeys(rest, issue.path, new Set(issue.keys)),
        value,
      );
      return validate(schema, known, file, path, where);
    }
  }
  const errors = result.error.issues.flatMap((issue) => toErrors(issue, schema, file, path, where));
  return { value: undefined, errors };
}

/** A copy of a value with the number in the place of a whole float, if one stands at `path`. */
function withNumber(value: unknown, path: readonly PropertyKey[]): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value instanceof WholeFloat ? value.value : value;
  if (Array.isArray(value)) {
    const changed = withNumber(value[Number(step)], rest);
    return changed === value[Number(step)] ? value : value.with(Number(step), changed);
  }
  if (!isPlainObject(value)) return value;
  const before = value[String(step)];
  const changed = withNumber(before, rest);
  return changed === before ? value : { ...value, [step]: changed };
}

/** Unknown keys of one mapping that are named; a file of another kind may have thousands. */
const mostUnknownKeys = 20;

/** A copy of a value without some keys of the mapping at `path`. */
function withoutKeys(
  value: unknown,
  path: readonly PropertyKey[],
  keys: ReadonlySet<string>,
): unknown {
  const [step, ...rest] = path;
  if (step === undefined) {
    const entries = Object.entries(value as object).filter(([key]) => !keys.has(key));
    return Object.fromEntries(entries);
  }
  if (Array.isArray(value)) {
    return value.map((item, i) => (i === step ? withoutKeys(item, rest, keys) : item));
  }
  const fields = value as Record<PropertyKey, unknown>;
  return { ...fields, [step]: withoutKeys(fields[step], rest, keys) };
}

/** As {@link validate}, but throws the first problem. */
export function validated<T>(
  schema: ZodType<T>,
  value: unknown,
  file: YamlFile,
  path: YamlPath,
  where: string,
): T {
  const result = validate(schema, value, file, path, where);
  if (result.value === undefined) throw result.errors[0]!;
  return result.value;
}

function toErrors(
  issue: Issue,
  schema: ZodType,
  file: YamlFile,
  base: YamlPath,
  where: string,
): readonly TsdbtError[] {
  const inner = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const path = [...base, ...inner];
  const place = inner.length > 1 ? `${where}, ${dotted(inner.slice(0, -1))}` : where;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, inner);
    const inside = inner.length > 0 ? `${where}, ${dotted(inner)}` : where;
    const told = issue.keys
      .slice(0, mostUnknownKeys)
      .map((key) =>
        tsdbtError(
          'unknown-key',
          { key: keyText(key), where: inside, known, near: suggest(keyText(key), known) },
          { location: file.locate([...path, key]) },
        ),
      );
    const rest = issue.keys.slice(mostUnknownKeys);
    if (rest.length === 0) return told;
    const location = file.locate([...path, rest[0]!]);
    const more = { count: rest.length, where: inside, first: keyText(rest[0]!) };
    return [...told, tsdbtError('more-unknown-keys', more, { location })];
  }
  if (issue.code === 'invalid_union') {
    const nested = issue.errors.flat();
    const deeper = nested.find((n) => n.path.length > 0 || n.code === 'unrecognized_keys');
    if (deeper !== undefined && issue.errors.length === 1) {
      return toErrors(
        { ...deeper, path: [...issue.path, ...deeper.path] } as Issue,
        schema,
        file,
        base,
        where,
      );
    }
  }
  const key = inner.length > 0 ? keyText(String(inner.at(-1))) : 'it';
  if (issue.code === 'invalid_type' && /received undefined/.test(issue.message)) {
    return [tsdbtError('missing-key', { key, where: place }, { location: file.locate(path) })];
  }
  return [
    tsdbtError(
      'invalid-value',
      { key, where: place, problem: problemOf(issue) },
      { location: file.locate(path) },
    ),
  ];
}

function problemOf(issue: Issue): string {
  if (issue.code === 'invalid_value')
    return `must be ${issue.values.map((v) => JSON.stringify(v)).join(' or ')}`;
  if (issue.code === 'invalid_type') return `must be ${article(issue.expected)}`;
  if (issue.code === 'custom') return issue.message;
  if (issue.code === 'invalid_union') {
    const kinds = issue.errors
      .flat()
      .flatMap((e) => (e.code === 'invalid_type' ? [article(e.expected)] : []));
    return kinds.length > 0 ? `must be ${[...new Set(kinds)].join(' or ')}` : 'is not valid';
  }
  return `is not valid (${issue.message})`;
}

function article(kind: string): string {
  const named: Record<string, string> = {
    string: 'text',
    record: 'a mapping',
    object: 'a mapping',
    array: 'a list',
    boolean: 'true or false',
    number: 'a number',
    int: 'a whole number',
  };
  return named[kind] ?? `a ${kind}`;
}

function dotted(path: readonly (string | number)[]): string {
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : keyText(step))).join('.');
}

/** The keys that the object schema at `path` knows. */
function knownKeys(schema: ZodType, path: readonly (string | number)[]): readonly string[] {
  let at: unknown = schema;
  for (const step of path) {
    at = unwrap(at);
    const def = (at as { def?: Record<string, unknown> }).def ?? {};
    if (def['type'] === 'object') at = (def['shape'] as Record<string, unknown>)[String(step)];
    else if (def['type'] === 'array') at = def['element'];
    else if (def['type'] === 'record') at = def['valueType'];
    else return [];
  }
  const def = (unwrap(at) as { def?: Record<string, unknown> } | undefined)?.def ?? {};
  return def['type'] === 'object' ? Object.keys(def['shape'] as object) : [];
}

/** The object schema inside optional, nullable, default and union wrappers. */
function unwrap(schema: unknown): unknown {
  let at = schema as { def?: { innerType?: unknown; options?: unknown[] } } | undefined;
  for (;;) {
    if (at?.def?.innerType !== undefined) at = at.def.innerType as typeof at;
    else if (at?.def?.options !== undefined) {
      at = at.def.options.find((o) =>
        ['object', 'array'].includes(String((o as { def?: { type?: string } }).def?.type)),
      ) as typeof at;
    } else return at;
  }
}
