import { expect, test } from 'vitest';
import { readVerdict } from './run-test.ts';

test.each([
  ['yes', true],
  ['T', true],
  ['off', false],
  ['0', false],
  [2, true],
  [null, false],
])('a verdict of %j is %j', (written, shouldWarn) => {
  expect(readVerdict([[1, written, false]], 'test.p.t')).toEqual({
    failures: 1,
    shouldWarn,
    shouldError: false,
  });
});

test('a verdict that is neither true nor false is an error', () => {
  expect(() => readVerdict([[1, false, 'x']], 'test.p.t')).toThrow(
    'should_error is "x", true or false is needed',
  );
});
