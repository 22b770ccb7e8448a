import type { Kwargs, Value } from '../values/py-object.ts';

/** A test: the value before `is`, and the arguments after the test's name. */
export type TestFunction = (value: Value, args: Value[], kwargs: Kwargs) => boolean;
