import { table } from './table.ts';
import type { Value } from './values/py-object.ts';

export const globals = table<Value>({});
