import type { Template } from './template.ts';
import { PyObject } from './values/py-object.ts';

/**
 * For tests: a template whose expressions all go through the generator evaluator, none through the
 * shortcut for those that can't suspend. Both must do the same.
 */
export function withoutShortcuts(template: Template): Template {
  return { ...template, body: copy(template.body) };
}

function copy<T>(node: T): T {
  if (Array.isArray(node)) return node.map(copy) as T;
  if (typeof node !== 'object' || node === null || node instanceof PyObject || node instanceof Set)
    return node;
  const entries = Object.entries(node).map(([key, value]) => [
    key,
    key === 'pure' || key === 'simple' ? false : copy(value),
  ]);
  return Object.fromEntries(entries) as T;
}
