import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { stateChecks } from '../selectable.ts';
import { knownValue } from './known-value.ts';
import type { SelectorMethod } from './method.ts';

/** `state:modified`, `state:new`, `state:modified.body` …: compared with the manifest of `--state`. */
export const state: SelectorMethod = {
  name: 'state',
  check: (value, context) => {
    knownValue('state', value, stateChecks);
    if (context.state === undefined)
      throw tsdbtError('selector-needs-state', {
        selector: `state:${value}`,
        file: 'manifest.json',
      });
  },
  matches: (node, value, _arguments, context) =>
    context.state!(value as (typeof stateChecks)[number], node.uniqueId),
};
