import { tsdbtError } from '../../errors/tsdbt-error.ts';
import { knownValue } from './known-value.ts';
import type { SelectorMethod } from './method.ts';

/** `source_status:fresher`: sources with newer data than in the `sources.json` of `--state`. */
export const sourceStatus: SelectorMethod = {
  name: 'source_status',
  check: (value, context) => {
    knownValue('source_status', value, ['fresher']);
    if (context.fresherSources === undefined) {
      const selector = `source_status:${value}`;
      throw tsdbtError('selector-needs-state', { selector, file: 'sources.json' });
    }
  },
  matches: (node, _value, _arguments, context) => context.fresherSources!.has(node.uniqueId),
};
