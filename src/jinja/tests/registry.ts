import { table } from '../table.ts';
import type { TestFunction } from './test.ts';

/** All tests by name. */
export const tests = table<TestFunction>({});
