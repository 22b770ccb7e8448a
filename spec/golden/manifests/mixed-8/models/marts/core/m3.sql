select * from {{ref("m1")}}
union all
select * from {{- ref('m0') -}}
union all
{% if var('v1') == 'one' %}select * from {{ ref('s_seed') }}{% else %}select 2 as id{% endif %}
union all
select {{ my_macro(1) }} as id
union all
select '{{ model.name }} {{ this.schema }} {{ target.name }}' as id
