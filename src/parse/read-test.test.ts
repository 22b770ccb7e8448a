import { expect, test } from 'vitest';
import { readTest } from './read-test.ts';

test('configuration among the arguments is configuration, as in dbt', () => {
  const written = { in_range: { arguments: { max: 1, severity: 'warn', column_name: 'a' } } };
  const { args, config } = readTest(written, { file: 'schema.yml' }, (text) => text);
  expect({ args, config }).toEqual({
    args: { max: 1, column_name: 'a' },
    config: { severity: 'warn' },
  });
});
