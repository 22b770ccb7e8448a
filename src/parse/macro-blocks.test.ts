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
