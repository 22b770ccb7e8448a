import { isPlainText, keepsBuiltInTests } from '../context/built-in-tests.ts';
import type { Json } from '../contracts/json.ts';
import type { Macro, RefCall, SourceCall, SourceNode } from '../contracts/node.ts';
import type { MacroBlock } from '../jinja/index.ts';
import type { ParseContext } from './parse-context.ts';
import type { RenderedFacts } from './render-node.ts';
import { isSource, type TestedNode } from './tested-node.ts';

/** A generic test as far as it decides whether its facts can be told without rendering it. */
export interface PlainTestRequest {
  readonly macro: Macro<MacroBlock>;
  /** Package named before the test, as in `dbt_utils.at_least_one`. */
  readonly namespace: string | null;
  /** Arguments without `model`, in the order of the call. */
  readonly args: Readonly<Record<string, Json>>;
  readonly on: TestedNode | SourceNode;
}

const none = { metrics: [], functions: [], configs: [], error: undefined };

/** Tests that dbt does not render while it parses: nothing but themselves is among their macros. */
export const neverRendered: ReadonlySet<string> = new Set([
  'macro.dbt.test_unique',
  'macro.dbt.test_not_null',
]);

/**
 * What rendering one of the built-in tests would tell, when that is certain without rendering: most
 * tests of a large project are such. Undefined where it is not: then the test must be rendered.
 */
export function factsOfPlainTest(
  context: ParseContext,
  request: PlainTestRequest,
): RenderedFacts | undefined {
  const { macro, on } = request;
  if (neverRendered.has(macro.uniqueId)) return factsOfTarget(on);
  if (request.namespace !== null || !isName(on.name)) return undefined;
  if (isSource(on) ? !isName(on.sourceName) : on.version !== null) return undefined;
  const called = callsOfArguments(request);
  const where = context.host.macros.find('get_where_subquery', context.project.name);
  if (called === undefined || where === undefined || !keepsBuiltInTests(context.host))
    return undefined;
  const target = factsOfTarget(on);
  return {
    ...none,
    refs: [...called.refs, ...target.refs],
    sources: [...called.sources, ...target.sources],
    macros: [where.uniqueId],
  };
}

interface Calls {
  readonly refs: readonly RefCall[];
  readonly sources: readonly SourceCall[];
}

const factsByTarget = new WeakMap<object, RenderedFacts>();

/** Nothing but the call of what is tested; its tests share it. */
function factsOfTarget(on: TestedNode | SourceNode): RenderedFacts {
  let facts = factsByTarget.get(on);
  if (facts === undefined) {
    const calls = isSource(on)
      ? { refs: [], sources: [{ source: on.sourceName, table: on.name }] }
      : { refs: [{ name: on.name, package: null, version: on.version }], sources: [] };
    facts = { ...none, ...calls, macros: [] };
    factsByTarget.set(on, facts);
  }
  return facts;
}

/** The calls among the arguments of the two other tests; undefined when an argument is not plain. */
function callsOfArguments({ macro, args }: PlainTestRequest): Calls | undefined {
  const { column_name: column, ...rest } = args;
  if (!isPlainText(column)) return undefined;
  if (macro.uniqueId === 'macro.dbt.test_accepted_values') {
    const { values, quote = true, ...others } = rest;
    const isPlain =
      Array.isArray(values) &&
      values.every((value) => typeof value === 'number' || isPlainText(value)) &&
      typeof quote === 'boolean' &&
      Object.keys(others).length === 0;
    return isPlain ? { refs: [], sources: [] } : undefined;
  }
  if (macro.uniqueId !== 'macro.dbt.test_relationships') return undefined;
  const { to, field, ...others } = rest;
  if (typeof to !== 'string' || !isPlainText(field) || Object.keys(others).length > 0)
    return undefined;
  const ref = /^ref\('(\w+)'\)$/.exec(to);
  if (ref !== null) return { refs: [{ name: ref[1]!, package: null, version: null }], sources: [] };
  const source = /^source\('(\w+)', ?'(\w+)'\)$/.exec(to);
  return source === null
    ? undefined
    : { refs: [], sources: [{ source: source[1]!, table: source[2]! }] };
}

function isName(text: string): boolean {
  return /^\w+$/.test(text);
}
