import { columnMethods } from './columns.ts';
import { constraintMethods } from './constraints.ts';
import { engineMethods } from './engine.ts';
import { externalMethods } from './external.ts';
import { materializingMethods } from './materializing.ts';
import type { AdapterMethod } from './method.ts';
import { relationMethods } from './relations.ts';
import { statementMethods } from './statements.ts';

/** Every method of `adapter` but dispatch, by name. */
export const adapterMethods: ReadonlyMap<string, AdapterMethod> = new Map([
  ...engineMethods,
  ...statementMethods,
  ...relationMethods,
  ...columnMethods,
  ...constraintMethods,
  ...materializingMethods,
  ...externalMethods,
]);
