import type { Json } from '../contracts/json.ts';
import { isBuiltin, type MacroIndex } from './macro-index.ts';
import type { TemplateHost } from './node-scope.ts';

const kept = new WeakMap<MacroIndex, boolean>();

/** Names that a built-in test calls, and those it may be replaced by. */
const replacing =
  /^(ref|source|config|flags|adapter|return|should_store_failures|(.+__)?(get_where_subquery|test_(unique|not_null|accepted_values|relationships)))$/;

/** Whether no package replaces a macro or a function that rendering a built-in test calls. */
export function keepsBuiltInTests({
  macros,
  dispatch,
}: Pick<TemplateHost, 'macros' | 'dispatch'>): boolean {
  if (dispatch.some((rule) => rule.macroNamespace === 'dbt')) return false;
  let known = kept.get(macros);
  if (known === undefined) {
    known = [...macros.packages()]
      .filter((name) => !isBuiltin(name))
      .every((name) => [...macros.namesIn(name)].every((macro) => !replacing.test(macro)));
    kept.set(macros, known);
  }
  return known;
}

/** A text that is written into the call of a test as it is: no template, no call, no escape. */
export function isPlainText(value: Json | undefined): value is string {
  return typeof value === 'string' && /^[^{}()\\]*$/.test(value);
}
