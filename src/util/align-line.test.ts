import { expect, test } from 'vitest';
import { alignLine } from './align-line.ts';

const source = [
  "{{ config(materialized='table') }}",
  '',
  'select',
  '    id,',
  "    {{ cents('amount') }} as amount,",
  '    nope',
  "from {{ ref('orders') }}",
  '{% if true %}',
  '  where id > 0',
  '{% endif %}',
];
const rendered = [
  '',
  '',
  'select',
  '    id,',
  '    amount / 100 as amount,',
  '    nope',
  'from "db"."main"."orders"',
  '',
  '  where id > 0',
  '',
];

test.each([
  ['a line that is the same', 6, 5, { line: 6, column: 5 }],
  ['a line a template changed, by its word', 5, 21, { line: 5, column: 30 }],
  ['a line a template made, by its neighbours', 7, 6, { line: 7 }],
  ['a line after template lines that print nothing', 9, 9, { line: 9, column: 9 }],
])('%s', (_what, line, column, expected) => {
  expect(alignLine(rendered, source, line, column)).toEqual(expected);
});

test('a line that is not there', () => {
  expect(alignLine(rendered, source, 99, 1)).toBeUndefined();
});
