import { type IncrementalStrategy, insertBatch } from './strategy.ts';

/** `append`: every row of the batch is added. */
export const append: IncrementalStrategy = {
  name: 'append',
  needsKey: false,
  write: (strategy) => [insertBatch(strategy)],
};
