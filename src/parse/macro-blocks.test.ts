import { expect, test } from 'vitest';
import { onlyMacroBlocks } from './macro-blocks.ts';

test('what stands between macros is blank, and the macros stay where they are', () => {
  const one = "{%- macro one(x='%}') -%}{% if x %}{{ '}}' }}{% endif %}{%- endmacro -%}";
  const two =
    '{% test two(model) %}{# {% endtest %} #}{% raw %}{% endtest %}{% endraw %}{% endtest %}';
  const text = `{% #### %}\n${one}\nsome {% text %} {{ and }}\n${two}\n{% 1 %}`;
  expect(onlyMacroBlocks(text).split('\n')).toEqual([
    ' '.repeat(10),
    one,
    ' '.repeat('some {% text %} {{ and }}'.length),
    two,
    ' '.repeat(7),
  ]);
});

test('a block without an end is left for the parser to name', () => {
  expect(onlyMacroBlocks('{% #### %}\n{% macro one() %}1')).toBe('          \n{% macro one() %}1');
});

test('an end without its start is a mistake, not text', () => {
  const text = '{% macr one() %}1{% endmacro %}';
  expect(onlyMacroBlocks(text)).toBe(text);
});

test('with a listener tags between macros are told of, and an end of nothing that is open stays a mistake', () => {
  const told: string[] = [];
  const only = (text: string) => onlyMacroBlocks(text, (tag, at) => told.push(`${tag} ${at}`));
  const one = '{% macro one() %}{% if x %}{% endif %}{% endmacro %}';
  expect(only(`{% set a = 1 %}${one}{% endmacro %}{% if a %}`).trim()).toBe(one);
  expect(told).toEqual(['set 0', `endmacro ${15 + one.length}`, `if ${15 + one.length + 14}`]);
  for (const wrong of [`{% endif %}${one}`, `{% if a %}${one}{% endif %}`])
    expect(only(wrong)).toBe(wrong);
});
