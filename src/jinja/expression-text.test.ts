import { expect, test } from 'vitest';
import { keywordTexts, parseTemplate } from './index.ts';

/** The right-hand sides are what dbt 1.12 writes into `unrendered_config`. */
test.each([
  [`'table'`, 'table'],
  [`'it\\'s'`, "it's"],
  ['true', 'True'],
  ['none', 'None'],
  [`['a', "b"]`, "['a', 'b']"],
  ['(1,)', '(1,)'],
  [`{'x': 1, 'y': none}`, "{'x': 1, 'y': None}"],
  [`env_var('X','y')`, "env_var('X', 'y')"],
  [`var('a', default=2)`, "var('a', default=2)"],
  ['f(*a, **b)', 'f(*a, **b)'],
  ['-1', '-1'],
  ['1.50', '1.5'],
  [`'a' ~ b`, "'a' ~ b"],
  ['1 < 2', '1 < 2'],
  ['a not in b', 'a not in b'],
  ['not true', 'not True'],
  ['a and b or c', 'a and b or c'],
  [`target.name`, 'target.name'],
  [`{}['a']`, "{}['a']"],
  ['1+2', 'Add(left=Const(value=1), right=Const(value=2))'],
  [
    '1 if true else 2',
    'CondExpr(test=Const(value=True), expr1=Const(value=1), expr2=Const(value=2))',
  ],
  [
    `'a'|upper`,
    "Filter(node=Const(value='a'), name='upper', args=[], kwargs=[], dyn_args=None, dyn_kwargs=None)",
  ],
  [`'abc'[1:2]`, "'abc'[Slice(start=Const(value=1), stop=Const(value=2), step=None)]"],
  [
    'x is defined',
    "Test(node=Name(name='x', ctx='load'), name='defined', args=[], kwargs=[], dyn_args=None, dyn_kwargs=None)",
  ],
])('%s is written as %s', (written, expected) => {
  const { body } = parseTemplate(`{{ config(key=${written}) }}`, { file: 'm.sql' });
  expect(keywordTexts(body, 'config')).toEqual({ key: expected });
});

test('the first call counts, whatever stands around it', () => {
  const { body } = parseTemplate(
    "{{ config.get('a') }}{% if x %}{{ config(a='1') }}{% endif %}{{ config(b='2') }}",
    { file: 'm.sql' },
  );
  expect(keywordTexts(body, 'config')).toEqual({ a: '1' });
});

test('there is nothing where no argument has a name', () => {
  const { body } = parseTemplate('{{ config({"a": 1}) }}', { file: 'm.sql' });
  expect(keywordTexts(body, 'config')).toBeUndefined();
});
