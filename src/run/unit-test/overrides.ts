import type { CompileEnvironment } from '../../compile/compile-node.ts';
import { QueryTable } from '../../context/query-table.ts';
import type { Json } from '../../contracts/json.ts';
import type { UnitTest } from '../../contracts/node.ts';
import { fromJs, hostFunction, type Value } from '../../jinja/index.ts';
import { keyText } from '../../util/mapping-key.ts';

/** Names of templates that are values and no macros; tests may override them, too. */
const variables: ReadonlySet<string> = new Set([
  ...['invocation_id', 'run_started_at', 'dbt_version', 'project_name', 'execute', 'target'],
]);

type Dictionary = Readonly<Record<string, Json>>;

/**
 * The environment a unit test is compiled in: `overrides` of macros, variables and environment
 * variables laid over the project's. A model is not incremental unless the test says so, or looks at
 * the table after a merge into rows it gives for `this`.
 */
export function overriddenEnvironment(
  test: UnitTest,
  environment: CompileEnvironment,
): CompileEnvironment {
  const { host } = environment;
  const part = (name: string) => (test.overrides?.[name] ?? {}) as Dictionary;
  const vars = byText(part('vars'));
  const env = byText(part('env_vars')).map(([name, value]) => [name, String(value)]);
  const merges =
    test.expectAfterMerge !== null && test.given.some(({ input }) => input.trim() === 'this');
  const overrides = new Map<string, Value>([
    ['is_incremental', constant('is_incremental', merges)],
  ]);
  for (const [name, value] of byText(part('macros'))) {
    overrides.set(name, variables.has(name) ? fromJs(value) : constant(name, value));
  }
  return {
    ...environment,
    overrides,
    host: {
      ...host,
      varsFor: (name) => new Map([...host.varsFor(name), ...vars]),
      invocation: {
        ...host.invocation,
        env: { ...host.invocation.env, ...Object.fromEntries(env) },
      },
    },
  };
}

/** A macro that gives one value whatever it is asked; `run_query` gives its rows as a table. */
function constant(name: string, value: Json): Value {
  const rows =
    name === 'run_query' && Array.isArray(value) && value.every((row) => isDictionary(row))
      ? table(value as Dictionary[])
      : undefined;
  return hostFunction(name, () => rows ?? fromJs(value));
}

function table(rows: readonly Dictionary[]): Value {
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return new QueryTable({
    columns: keys.map((key) => ({
      name: keyText(key),
      type: typeof rows[0]?.[key] === 'number' ? '' : 'VARCHAR',
    })),
    rows: rows.map((row) => keys.map((key) => row[key] ?? null)),
  });
}

/** The entries of a mapping of names. */
function byText(mapping: Dictionary): [name: string, value: Json][] {
  return Object.entries(mapping).map(([key, value]) => [keyText(key), value]);
}

function isDictionary(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
