import { filters } from '../filters/registry.ts';
import { table } from '../table.ts';
import { hashKey } from '../values/hash.ts';
import type { Value } from '../values/py-object.ts';
import { basicTests } from './basic.ts';
import type { TestFunction } from './test.ts';

function known(names: () => Readonly<Record<string, unknown>>): TestFunction {
  return (value: Value) => {
    // As a lookup in Python's table: a list can't be a key.
    hashKey(value);
    return typeof value === 'string' && names()[value] !== undefined;
  };
}

/** All tests by name. */
export const tests: Readonly<Record<string, TestFunction>> = table<TestFunction>(basicTests, {
  filter: known(() => filters),
  test: known(() => tests),
});
