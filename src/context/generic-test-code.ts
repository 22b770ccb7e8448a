import type { Json } from '../contracts/json.ts';
import type { TestMetadata } from '../contracts/node.ts';
import { fromJs, repr } from '../jinja/index.ts';
import { isPlainObject } from '../util/map-strings.ts';
import { keyText, keyValue } from '../util/mapping-key.ts';

/** A whole text that calls one of these is an expression, not text: `to: ref('customers')`. */
const expression = /^\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*$/s;

/**
 * The template that runs a generic test: the test's macro called with its arguments written out.
 * Texts of the property file that are templates stand in it as expressions.
 */
export function genericTestCode(metadata: TestMetadata): string {
  const macro = `test_${metadata.name}`;
  const callee = metadata.namespace === null ? macro : `${metadata.namespace}.${macro}`;
  const args = Object.entries(metadata.kwargs).map(
    ([name, value]) => `${keyText(name)}=${argumentSource(value)}`,
  );
  return `{{ ${callee}(${args.join(', ')}) }}`;
}

/** An argument of a property file as it stands in a call: texts that are templates as expressions. */
export function argumentSource(value: Json): string {
  // Templates may stand anywhere in lists and mappings (core `context/providers.py`, test kwargs).
  if (Array.isArray(value)) return `[${value.map(argumentSource).join(', ')}]`;
  if (isPlainObject(value)) {
    const entries = Object.entries(value as Record<string, Json>);
    return `{${entries.map(([key, part]) => `${repr(fromJs(keyValue(key)))}: ${argumentSource(part)}`).join(', ')}}`;
  }
  if (typeof value !== 'string') return repr(fromJs(value));
  if (expression.test(value)) return value.trim();
  if (!value.includes('{{')) return repr(value);
  const parts: string[] = [];
  let at = 0;
  for (const match of value.matchAll(/\{\{-?(.*?)-?\}\}/gs)) {
    if (match.index > at) parts.push(repr(value.slice(at, match.index)));
    parts.push(`(${match[1]!.trim()})`);
    at = match.index + match[0].length;
  }
  if (at < value.length) parts.push(repr(value.slice(at)));
  return parts.length === 1 ? parts[0]! : `(${parts.join(' ~ ')})`;
}
