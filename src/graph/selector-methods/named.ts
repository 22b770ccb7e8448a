import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { fnmatch } from '../fnmatch.ts';
import type { SelectorMethod } from './method.ts';

/**
 * Methods that pick one resource type by `[package.]name`: `exposure:weekly_report`,
 * `unit_test:…`, `metric:…`, `semantic_model:…`, `saved_query:…`.
 */
export const namedMethods: readonly SelectorMethod[] = [
  'exposure',
  'unit_test',
  'metric',
  'semantic_model',
  'saved_query',
].map((resourceType) => ({
  name: resourceType,
  check: (value) => {
    if (value.split('.').length > 2) {
      const problem = `it is named name or package.name`;
      throw tsdbtError('selector-syntax', { selector: `${resourceType}:${value}`, problem });
    }
  },
  matches: (node, value) => {
    if (node.resourceType !== resourceType) return false;
    const [first, second] = value.split('.');
    if (second === undefined) return fnmatch(node.name, first!);
    return fnmatch(node.packageName, first!) && fnmatch(node.name, second);
  },
}));
