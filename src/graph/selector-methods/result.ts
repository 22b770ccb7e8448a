import { tsdbtError } from '../../errors/tsdbt-error.ts';
import type { SelectorMethod } from './method.ts';

/** `result:error`: what had this status in the run results of `--state`. */
export const result: SelectorMethod = {
  name: 'result',
  check: (value, context) => {
    if (context.results === undefined)
      throw tsdbtError('selector-needs-state', {
        selector: `result:${value}`,
        file: 'run_results.json',
      });
  },
  matches: (node, value, _arguments, context) => context.results!.get(node.uniqueId) === value,
};
