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

test('config, name and description among the arguments are no arguments', () => {
  const written = {
    unique: {
      config: { tags: ['outer'] },
      arguments: { config: { where: 'a > 1' }, name: 'mine', description: 'why', max: 1 },
    },
  };
  expect(readTest(written, { file: 'schema.yml' }, (text) => text)).toEqual({
    namespace: null,
    name: 'unique',
    args: { max: 1 },
    config: { where: 'a > 1' },
    customName: 'mine',
    description: 'why',
  });
  const named = { unique: { arguments: { name: 'mine' } } };
  expect(readTest(named, { file: 'schema.yml' }, (text) => text)).toMatchObject({
    args: {},
    customName: 'mine',
  });
});

test('a false value beside config is lost, and a value twice is refused, as in dbt', () => {
  const read = (body: unknown) =>
    readTest({ unique: body }, { file: 'schema.yml' }, (text) => text).config;
  expect(read({ enabled: false })).toEqual({ enabled: false });
  expect(read({ enabled: false, config: { limit: 1 } })).toEqual({ limit: 1 });
  expect(() => read({ severity: 'warn', config: { severity: 'error' } })).toThrow(
    /"severity" twice/,
  );
});
