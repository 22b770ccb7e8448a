

{% if var('v1') == 'one' %}select * from {{ ref('s_seed') }}{% else %}select 2 as id{% endif %}
union all
{% set x = ['a','b'] %}{% for i in x %}select '{{ i }}' as id {% if not loop.last %}union all{% endif %} {% endfor %}
union all
select '{{ config.get('custom_key', 'dflt') }}' as id
