import { expect, test } from 'vitest';
import { hostFunction, parseTemplate, renderSync, type Value } from '../jinja/index.ts';
import { QueryTable } from './query-table.ts';

const said: string[] = [];
const table = new QueryTable(
  {
    columns: [
      { name: 'id', type: 'INTEGER' },
      { name: 'name', type: 'VARCHAR' },
    ],
    rows: [
      [2, 'b'],
      [1, 'a'],
      [3, null],
      [2, 'b'],
    ],
  },
  (text) => said.push(text),
);

const names = new Map<string, Value>([
  ['t', table],
  [
    'small',
    hostFunction('small', ([row]) => Number((row as never as { values: number[] }).values[0]) < 3),
  ],
]);
const render = (text: string) =>
  renderSync(parseTemplate(text, { file: 'test' }), { lookup: (name) => names.get(name) });

// What agate gives for the same table, its numbers as plain ones.
test.each([
  ['{{ t.column_names }}', "('id', 'name')"],
  ['{{ t.rows | length }} {{ t | length }}', '4 4'],
  ['{{ t.columns[0].values() }}', '(2, 1, 3, 2)'],
  ["{{ t.columns['name'].values_distinct() | list }}", "['b', 'a', None]"],
  ['{{ t.columns.name.values_without_nulls() }}', "('b', 'a', 'b')"],
  ["{{ t.columns | map(attribute='name') | list }}", "['id', 'name']"],
  ["{{ 'id' in t.columns }} {{ t.columns.keys() }}", "False ('id', 'name')"],
  ["{{ t.rows[0]['name'] }} {{ t.rows[1].id }} {{ t.rows[-1][1] }}", 'b 1 b'],
  ['{{ t.rows[0].dict() }} {{ t.rows[0].keys() }}', "{'id': 2, 'name': 'b'} ('id', 'name')"],
  ['{% for id, name in t.rows %}{{ id }}{{ name }} {% endfor %}', '2b 1a 3None 2b '],
  ["{{ t.select(['name']).column_names }}", "('name',)"],
  ["{{ t.exclude(['name']).rows[0].values() }}", '(2,)'],
  ["{{ t.rename({'id': 'key'}).rows[1].key }}", '1'],
  ["{{ t.rename(['a', 'b']).column_names }}", "('a', 'b')"],
  ["{{ t.order_by('id').columns[0].values() }}", '(1, 2, 2, 3)'],
  ["{{ t.order_by('name', reverse=true).columns[1].values() }}", "(None, 'b', 'b', 'a')"],
  ['{{ t.where(small).columns[0].values() }}', '(2, 1, 2)'],
  ['{{ t.find(small).name }}', 'b'],
  ['{{ t.limit(1, 3).columns[0].values() }}', '(1, 3)'],
  ["{{ t.distinct('id') | length }} {{ t.distinct() | length }}", '3 3'],
])('%s', (text, expected) => {
  expect(render(text)).toBe(expected);
});

test('print_table prints as agate does', () => {
  render('{% do t.limit(2).print_table() %}{% do t.select(["id"]).print_csv() %}');
  expect(said).toEqual([
    '| id | name |\n| -- | ---- |\n|  2 | b    |\n|  1 | a    |',
    'id\n2\n1\n3\n2',
  ]);
});
