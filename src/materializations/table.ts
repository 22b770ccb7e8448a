import type { Materialization } from './materialization.ts';
import { replaceRelation } from './replace-relation.ts';

/** A table, rebuilt whole each time. */
export const table: Materialization = {
  name: 'table',
  needsColumns: () => false,
  plan: (input) => ({
    action: 'create table',
    why: 'tables are always built anew',
    steps: replaceRelation(input, 'table'),
  }),
};
