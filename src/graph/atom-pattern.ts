/**
 * The parts of an atom of a selector, `[@][n+][method[.argument…]:]value[+n]`, under the names that dbt has
 * for them (core `graph/selector_spec.py`).
 */
export const atomPattern: RegExp =
  /^(?<childrens_parents>@)?(?<parents>(?<parents_depth>\d*)\+)?(?:(?<method>[\w.]+):)?(?<value>.*?)(?<children>\+(?<children_depth>\d*))?$/s;

/** A value without a method: a path when it has a separator, a file by its ending, else a name. */
export function defaultMethod(value: string): string {
  if (value.includes('/') || value.includes('\\')) return 'path';
  return /\.(sql|py|csv)$/i.test(value) ? 'file' : 'fqn';
}
