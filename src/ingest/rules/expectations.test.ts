import { describe, expect, it } from 'vitest';
import { parseExpectations } from './expectations.ts';

describe('parseExpectations', () => {
  it('reads expressions and unique rules', () => {
    expect(
      parseExpectations(
        [
          { name: 'given', expression: ' id is not null ', on_violation: 'drop', message: 'no id' },
          { name: 'once', unique: ['id', 'day'], order_by: 'created_at desc' },
        ],
        'm',
      ),
    ).toEqual([
      {
        kind: 'expression',
        name: 'given',
        expression: 'id is not null',
        onViolation: 'drop',
        message: 'no id',
      },
      {
        kind: 'unique',
        name: 'once',
        columns: ['id', 'day'],
        orderBy: 'created_at desc',
        onViolation: 'quarantine',
        message: undefined,
      },
    ]);
    expect(parseExpectations(undefined, 'm')).toEqual([]);
  });

  it.each<[unknown, RegExp]>([
    ['x', /list/],
    [[1], /number 1.*mapping/],
    [[{ expression: 'a' }], /needs a `name`/],
    [[{ name: 'no good', expression: 'a' }], /needs a `name`/],
    [[{ name: 'a' }], /one of `expression` and `unique`/],
    [[{ name: 'a', expression: 'b', unique: 'c' }], /one of/],
    [[{ name: 'a', expression: 'b', order_by: 'c' }], /goes with `unique`/],
    [[{ name: 'a', unique: [] }], /a column or a list/],
    [[{ name: 'a', expression: 'b', on_violation: 'ignore' }], /on_violation: ignore/],
    [[{ name: 'a', expresion: 'b' }], /unknown key `expresion`/],
    [[{ name: 'malformed_record', expression: 'b' }], /built-in/],
    [
      [
        { name: 'a', expression: 'b' },
        { name: 'a', expression: 'c' },
      ],
      /twice/,
    ],
  ])('refuses %j', (raw, message) => {
    expect(() => parseExpectations(raw, 'm')).toThrow(
      expect.objectContaining({
        name: 'expectation-invalid',
        message: expect.stringMatching(message),
      }),
    );
  });
});
