import { type CompileEnvironment, renderCode } from '../../compile/compile-node.ts';
import { type Cte, injectCtes } from '../../compile/inject-ctes.ts';
import { argumentSource } from '../../context/generic-test-code.ts';
import type { Node, UnitTest } from '../../contracts/node.ts';
import type { UniqueId } from '../../contracts/unique-id.ts';
import { jsonText, keptJson, parseJson } from '../../util/exact-json.ts';
import { isPlainObject } from '../../util/map-strings.ts';
import { keyText } from '../../util/mapping-key.ts';

/** The template that calls the macro of a unit test with its arguments. */
function callOf(test: UnitTest): string {
  const { args } = test.macro!;
  const list = Array.isArray(args)
    ? args.map(argumentSource)
    : Object.entries(args).map(([name, value]) => `${keyText(name)}=${argumentSource(value)}`);
  return `${test.model}(${list.join(', ')})`;
}

/** What the macro gives as text, as a query that can be run when it is one. */
export async function macroText(
  test: UnitTest,
  node: Node,
  environment: CompileEnvironment,
): Promise<string> {
  const ctes = new Map<UniqueId, Cte>();
  const sql = await renderCode(node, `{{ ${callOf(test)} }}`, environment, ctes);
  return injectCtes(sql.trim(), [...ctes.values()]);
}

/** What is wrong with what the macro gives; undefined when it is what the test expects. */
export async function macroProblem(
  test: UnitTest,
  node: Node,
  environment: CompileEnvironment,
): Promise<string | undefined> {
  const { text, value } = test.macro!.expect;
  if (text !== undefined) {
    const actual = await macroText(test, node, environment);
    return collapsed(actual) === collapsed(text)
      ? undefined
      : `actual:   ${collapsed(actual)}\n  expected: ${collapsed(text)}`;
  }
  const actual = await renderCode(node, `{{ tojson(${callOf(test)}) }}`, environment);
  const expected = jsonText(value ?? null);
  const same = keptJson(sorted(parseJson(actual))) === keptJson(sorted(parseJson(expected)));
  return same ? undefined : `actual:   ${actual}\n  expected: ${expected}`;
}

/** White space is not what a test of SQL text is about. */
function collapsed(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
