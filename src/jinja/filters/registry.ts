import { table } from '../table.ts';
import type { FilterFunction } from './filter.ts';

/** All filters by name. */
export const filters = table<FilterFunction>({});
