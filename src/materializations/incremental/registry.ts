import { append } from './append.ts';
import { deleteInsert } from './delete-insert.ts';
import { merge } from './merge.ts';
import { microbatch } from './microbatch.ts';
import type { IncrementalStrategy } from './strategy.ts';

/** Every incremental strategy by its name. */
export const incrementalStrategies: ReadonlyMap<string, IncrementalStrategy> = new Map(
  [append, deleteInsert, merge, microbatch].map((strategy) => [strategy.name, strategy]),
);

export const defaultStrategy = deleteInsert.name;
