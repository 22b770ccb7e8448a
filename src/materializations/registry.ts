import { incremental } from './incremental/incremental.ts';
import type { Materialization } from './materialization.ts';
import { snapshot } from './snapshot/snapshot.ts';
import { table } from './table.ts';
import { view } from './view.ts';

/** Materializations that turn a query into a relation, by name. */
export const materializations: ReadonlyMap<string, Materialization> = new Map(
  [view, table, incremental, snapshot].map((materialization) => [
    materialization.name,
    materialization,
  ]),
);

/** Names a model may also have: they are run by other means than a query's steps. */
export const otherMaterializations: readonly string[] = ['ephemeral', 'landing'];
