import type { Json } from '../contracts/json.ts';
import { type SourceLocation, tsdbtError } from '../errors/tsdbt-error.ts';
import { fromJs, isTruthy } from '../jinja/index.ts';
import { isPlainObject } from '../util/map-strings.ts';

/** A generic test as a property file writes it. */
export interface WrittenTest {
  readonly namespace: string | null;
  readonly name: string;
  readonly args: Readonly<Record<string, Json>>;
  readonly config: Readonly<Record<string, Json>>;
  readonly customName: string | null;
  readonly description: string;
}

/** Configuration that may stand beside the arguments, in dbt's order. */
const configKeys =
  'severity tags enabled where limit warn_if error_if fail_calc store_failures store_failures_as sql_header meta database schema alias'.split(
    ' ',
  );
const isNoArgument: ReadonlySet<string> = new Set([...configKeys, 'config', 'name', 'description']);

export interface ReadTestOptions {
  /** Whether `arguments` holds arguments, or is one as any other (a flag of dbt projects). */
  readonly nests?: boolean;
  /** Told of forms that dbt has deprecated. */
  readonly warn?: (name: string, text: string) => void;
}

/**
 * `unique`, or `accepted_values: {arguments: {…}, config: {…}}`, or dbt's older flat arguments, or
 * `{test_name: unique, …}` (core `parser/generic_test_builders.py`). Texts of the configuration are
 * rendered natively; arguments stay as they are until the test is compiled.
 */
export function readTest(
  written: unknown,
  location: SourceLocation,
  render: (text: string) => unknown,
  { nests = true, warn }: ReadTestOptions = {},
): WrittenTest {
  const { name, body } = nameAndBody(written, location);
  const plain = nests ? plainTest(name, body) : undefined;
  if (plain !== undefined) return plain;
  const { arguments: nested, ...fields } = body;
  if (warn !== undefined) warnOfForm(name, body, nests, warn);
  // dbt takes configuration, name and description from the arguments, too.
  const all = !nests ? body : isPlainObject(nested) ? { ...fields, ...nested } : fields;
  const { config: writtenConfig, name: customName, description, ...args } = all;
  if ((writtenConfig ?? null) !== null && !isPlainObject(writtenConfig))
    throw invalidTest(`The config of the test "${name}" must be a mapping.`, location);
  const inner = isPlainObject(writtenConfig) ? { ...writtenConfig } : undefined;
  const config: Record<string, Json> = {};
  const setting = (key: string, value: unknown) => {
    const rendered = typeof value === 'string' ? render(value) : value;
    if (rendered !== null && rendered !== undefined) config[key] = rendered as Json;
  };
  for (const key of configKeys) {
    const own = isTruthy(fromJs(args[key]));
    if (own && inner !== undefined && Object.hasOwn(inner, key))
      throw invalidTest(
        `The test "${name}" has "${key}" twice: on its own and under config.`,
        location,
      );
    // As in dbt a value that is empty or false counts less than that of `config`, even one not there.
    setting(key, own || inner === undefined ? args[key] : inner[key]);
    delete args[key];
    delete inner?.[key];
  }
  for (const [key, value] of Object.entries(inner ?? {})) setting(key, value);
  const namespaced = /^(?:([A-Za-z_]\w*)\.)?([A-Za-z_]\w*)/.exec(name);
  if (namespaced === null) {
    throw tsdbtError(
      'generic-test-invalid',
      { problem: `"${name}" is not the name of a test.` },
      { location },
    );
  }
  return {
    namespace: namespaced[1] ?? null,
    name: namespaced[2]!,
    args: args as Record<string, Json>,
    config,
    customName: customName === undefined ? null : String(customName),
    description: String(description ?? ''),
  };
}

/** Says what of a test should stand elsewhere, as dbt does where the test is not rendered. */
function warnOfForm(
  name: string,
  { arguments: nested, ...fields }: Readonly<Record<string, unknown>>,
  nests: boolean,
  warn: (name: string, text: string) => void,
): void {
  if (!nests) {
    if (nested === undefined) return;
    const text = `the test "${name}" has \`arguments\`, which is an argument as any other while the flag require_generic_test_arguments_property is off.`;
    warn('ArgumentsPropertyInGenericTestDeprecation', text);
    return;
  }
  for (const key of Object.keys(fields)) {
    if (!configKeys.includes(key)) continue;
    const text = `\`${key}\` of the test "${name}" should stand under its \`config\`.`;
    warn('PropertyMovedToConfigDeprecation', text);
  }
  const isArgument = (key: string) => key !== 'column_name' && !isNoArgument.has(key);
  if (!isTruthy(fromJs(nested)) && Object.keys(fields).some(isArgument)) {
    const text = `the arguments of the test "${name}" should stand under its \`arguments\`.`;
    warn('MissingArgumentsPropertyInGenericTestDeprecation', text);
  }
}

function invalidTest(problem: string, location: SourceLocation) {
  return tsdbtError('generic-test-invalid', { problem }, { location });
}

const none: Readonly<Record<string, never>> = {};

/** Most tests: a name, and nothing or plain arguments in `arguments:`. */
function plainTest(name: string, body: Readonly<Record<string, unknown>>): WrittenTest | undefined {
  const { arguments: args = none } = body;
  for (const key in body) if (key !== 'arguments') return undefined;
  if (!isPlainObject(args) || !/^[A-Za-z_]\w*$/.test(name)) return undefined;
  for (const key in args) if (isNoArgument.has(key)) return undefined;
  return {
    namespace: null,
    name,
    args: args as Record<string, Json>,
    config: none,
    customName: null,
    description: '',
  };
}

function nameAndBody(
  written: unknown,
  location: SourceLocation,
): { name: string; body: Record<string, unknown> } {
  const invalid = (problem: string) =>
    tsdbtError('generic-test-invalid', { problem }, { location });
  let name: unknown = written;
  let body: unknown = {};
  if (isPlainObject(written)) {
    if (typeof written['test_name'] === 'string') {
      const { test_name: testName, ...rest } = written;
      [name, body] = [testName, rest];
    } else {
      const entries = Object.entries(written);
      if (entries.length !== 1)
        throw invalid('A test must have exactly one name, with its arguments indented below it.');
      [name, body] = entries[0]!;
    }
  }
  if (typeof name !== 'string' || name === '') throw invalid('A test must be a name or a mapping.');
  if (body === null)
    throw invalid(`Nothing stands below the test "${name}": write it without the colon.`);
  if (!isPlainObject(body)) throw invalid(`The arguments of the test "${name}" must be a mapping.`);
  return { name, body };
}
