import { expect, test } from 'vitest';
import { columnInfos } from './columns.ts';

test('of two columns of one name the last counts', () => {
  const describe = (text: unknown) => ({ text: String(text ?? ''), docBlocks: [] });
  const infos = columnInfos(
    [{ name: 'id', description: 'first' }, { name: 'other' }, { name: 'id', description: 'last' }],
    describe,
  );
  expect(Object.values(infos).map(({ name, description }) => [name, description])).toEqual([
    ['id', 'last'],
    ['other', ''],
  ]);
});
