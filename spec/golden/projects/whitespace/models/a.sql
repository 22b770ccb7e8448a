

{%- set cols = ['a', 'b'] -%}
select
{%- for c in cols %}
  1 as {{ c }}{{ ',' if not loop.last }}
{%- endfor %}
