import type { Materialization } from './materialization.ts';
import { replaceRelation } from './replace-relation.ts';

/** A view: the query itself, evaluated whenever it is read. */
export const view: Materialization = {
  name: 'view',
  needsColumns: () => false,
  plan: (input) => ({
    action: 'create view',
    why: 'views are always made anew',
    steps: replaceRelation(input, 'view'),
  }),
};
