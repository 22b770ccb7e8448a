{{
  config(
    docs={'show': False}
  )
}}
select * from {{ ref( 'm0' , ) }}
union all
select * from {{ source('src','t1') }}
union all
{% if var('v1') == 'one' %}select * from {{ ref('s_seed') }}{% else %}select 2 as id{% endif %}
union all
{% set x = ['a','b'] %}{% for i in x %}select '{{ i }}' as id {% if not loop.last %}union all{% endif %} {% endfor %}

