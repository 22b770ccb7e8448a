import { expect, test } from 'vitest';
import { isStaticTemplate, parseTemplate } from './index.ts';

/** What dbt-extractor 0.6 reads, and what it leaves to rendering. */
test.each([
  ['select 1', true],
  ["{{ ref('a') }} {{ ref('p', 'a') }}", true],
  ["{{ ref('a', v=1) }}", true],
  ["{{ ref('a', version='1') }}", true],
  ["{{ source('a', 'b') }}", true],
  ["{# c #} {{ ref('a') }}", true],
  ["{{ config(a='x',) }}", true],
  ["{{config(a='x')}}{{config(b='y')}}", true],
  ['{{ config(a=[], b={}) }}', true],
  ["{{ config(meta={'x': True}) }}", true],
  ["{{ 'a' }}", true],
  ['{{ config(a=True, b=[False]) }}', true],
  ['{{ config(a=true) }}', false],
  ["{{ config(meta={'x': false}) }}", false],
  ['{{ config(a=1) }}', false],
  ['{{ config(a=-1) }}', false],
  ['{{ config(a=1.5) }}', false],
  ['{{ config(a=none) }}', false],
  ["{{ config(a=('x',)) }}", false],
  ["{{ config({'a': 'b'}) }}", false],
  ["{{ config('a') }}", false],
  ['{{ config() }}', false],
  ["{{ config(a=['x', 1]) }}", false],
  ["{{ config(a='x' ~ 'y') }}", false],
  ["{{ config(a=var('x')) }}", false],
  ["{{ config(pre_hook='select 1') }}", false],
  ["{{ config.get('x') }}", false],
  ["{{ ref('a') | upper }}", false],
  ["{{ ref('a').x }}", false],
  ["{{- ref('a') -}}", false],
  ["{% raw %}{{ ref('a') }}{% endraw %}", false],
  ['{{ this }}', false],
  ['{% set a = 1 %}', false],
])('%s is known without rendering: %s', (text, expected) => {
  expect(isStaticTemplate(parseTemplate(text, { file: 'm.sql' }))).toBe(expected);
});
