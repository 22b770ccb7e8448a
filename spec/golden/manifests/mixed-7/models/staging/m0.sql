{{ config({'static_analysis': 'off', 'lookback': 1, 'concurrent_batches': True}) }}
{% set x = ['a','b'] %}{% for i in x %}select '{{ i }}' as id {% if not loop.last %}union all{% endif %} {% endfor %}
union all
select {{ my_macro(1) }} as id
union all
select '{{ model.name }} {{ this.schema }} {{ target.name }}' as id
