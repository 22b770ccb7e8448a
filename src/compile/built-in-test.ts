import { isPlainText, keepsBuiltInTests } from '../context/built-in-tests.ts';
import type { TemplateHost } from '../context/node-scope.ts';
import type { Json } from '../contracts/json.ts';
import type { Node } from '../contracts/node.ts';
import type { UniqueId } from '../contracts/unique-id.ts';

/** What a test reads, as its `ref` or `source` names it. */
export type TestInput =
  | { readonly name: string }
  | { readonly source: string; readonly table: string };

/** A built-in test whose SQL is known without rendering it: most tests of a large project are such. */
export interface BuiltInTest {
  readonly inputs: readonly TestInput[];
  /** The macros that its template calls. */
  readonly macros: readonly UniqueId[];
  /** The text that rendering gives, to the blank, with the names of the inputs in it. */
  readonly sql: (inputs: readonly string[]) => string;
}

/**
 * The built-in test that a node is, where its arguments are plain and no package replaces what it
 * calls. `include/macros/dbt/generic_tests.sql` has the templates.
 */
export function builtInTest(node: Node, host: TemplateHost): BuiltInTest | undefined {
  const { testMetadata: made, config } = node;
  if (made === null || made.namespace !== null || !Object.hasOwn(queries, made.name))
    return undefined;
  const { model, column_name: column, ...args } = made.kwargs;
  const input = typeof model === 'string' ? whereSubquery.exec(model)?.[1] : undefined;
  if (input === undefined || !isPlainText(column) || !isEmpty(config['where'])) return undefined;
  const query = queries[made.name]!(column, args, () => storesFailures(node, host));
  if (query === undefined || !keepsBuiltInTests(host)) return undefined;
  const inputs = [input, ...query.reads].map(inputOf);
  if (!inputs.every((one) => one !== undefined)) return undefined;
  const test = host.macros.find(`test_${made.name}`, node.packageName);
  const where = host.macros.find('get_where_subquery', node.packageName);
  if (test === undefined || where === undefined) return undefined;
  return {
    inputs,
    macros: [test.uniqueId, where.uniqueId],
    sql: (names) => `\n    \n    \n${query.sql(names)}\n\n\n`,
  };
}

const whereSubquery = /^\{\{ get_where_subquery\((.+)\) \}\}$/;

function inputOf(call: string): TestInput | undefined {
  const ref = /^ref\('(\w+)'\)$/.exec(call);
  if (ref !== null) return { name: ref[1]! };
  const source = /^source\('(\w+)', ?'(\w+)'\)$/.exec(call);
  return source === null ? undefined : { source: source[1]!, table: source[2]! };
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '';
}

/** `should_store_failures()`. */
function storesFailures({ config }: Node, { invocation }: TemplateHost): boolean {
  const configured = config['store_failures'];
  return Boolean(isEmpty(configured) ? invocation.flags['STORE_FAILURES'] : configured);
}

interface Query {
  /** Calls of what it reads beside the model. */
  readonly reads: readonly string[];
  readonly sql: (inputs: readonly string[]) => string;
}

type Reader = (
  column: string,
  args: Readonly<Record<string, Json>>,
  storesFailures: () => boolean,
) => Query | undefined;

/** The queries by the test; undefined when an argument is not plain. */
const queries: Readonly<Record<string, Reader>> = {
  not_null: (column, args, stores) =>
    Object.keys(args).length > 0
      ? undefined
      : {
          reads: [],
          sql: ([model]) =>
            `\n\n\nselect ${stores() ? '*' : column}\nfrom ${model}\nwhere ${column} is null`,
        },
  unique: (column, args) =>
    Object.keys(args).length > 0
      ? undefined
      : {
          reads: [],
          sql: ([model]) =>
            `\nselect\n    ${column} as unique_field,\n    count(*) as n_records\n\nfrom ${model}\nwhere ${column} is not null\ngroup by ${column}\nhaving count(*) > 1`,
        },
  accepted_values: (column, { values, quote = true, ...others }) => {
    const isPlain =
      Array.isArray(values) &&
      values.every((value) => Number.isSafeInteger(value) || isPlainText(value)) &&
      typeof quote === 'boolean' &&
      Object.keys(others).length === 0;
    if (!isPlain) return undefined;
    const list = values
      .map((value) => (quote ? `'${String(value).replaceAll("'", "''")}'` : String(value)))
      .join(',');
    return {
      reads: [],
      sql: ([model]) =>
        `\nwith all_values as (\n\n    select\n        ${column} as value_field,\n        count(*) as n_records\n\n    from ${model}\n    group by ${column}\n\n)\n\nselect *\nfrom all_values\nwhere value_field not in (\n    ${list}\n)`,
    };
  },
  relationships: (column, { to, field, ...others }) => {
    if (typeof to !== 'string' || !isPlainText(field) || Object.keys(others).length > 0)
      return undefined;
    return {
      reads: [to],
      sql: ([model, parent]) =>
        `\nwith child as (\n    select ${column} as from_field\n    from ${model}\n    where ${column} is not null\n),\n\nparent as (\n    select ${field} as to_field\n    from ${parent}\n)\n\nselect\n    from_field\n\nfrom child\nleft join parent\n    on child.from_field = parent.to_field\n\nwhere parent.to_field is null`,
    };
  },
};
