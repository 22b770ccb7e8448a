import { LargeInteger } from '../../util/large-integer.ts';
import { mappingKey } from '../../util/mapping-key.ts';
import { WholeFloat } from '../../util/whole-float.ts';
import type { SelectorMethod } from './method.ts';

/** Resources whose configuration dbt does not look at here. */
const unconfigured = new Set([
  ...['exposure', 'unit_test', 'metric', 'semantic_model', 'saved_query', 'function'],
]);

/** `config.materialized:view`, `config.meta.owner:sales`: a value in the node's configuration. */
export const config: SelectorMethod = {
  name: 'config',
  matches: (node, value, methodArguments) => {
    if (unconfigured.has(node.resourceType)) return false;
    let found: unknown = node.config;
    for (const key of methodArguments) {
      if (typeof found !== 'object' || found === null) return false;
      const property = mappingKey(key);
      found = Object.hasOwn(found, property)
        ? (found as Record<string, unknown>)[property]
        : undefined;
    }
    return equals(found, value, methodArguments.at(-1) === 'severity');
  },
};

function equals(found: unknown, value: string, ignoreCase: boolean): boolean {
  if (Array.isArray(found)) return found.some((item) => equals(item, value, ignoreCase));
  if (typeof found === 'boolean') return String(found) === value.toLowerCase();
  if (found instanceof WholeFloat || found instanceof LargeInteger) return String(found) === value;
  if (typeof found === 'object' || found === undefined) return false;
  const text = String(found);
  return ignoreCase ? text.toLowerCase() === value.toLowerCase() : text === value;
}
