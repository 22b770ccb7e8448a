select * from {{ ref('gen', 'm4') }}
union all
select * from {{ ref('gen', 'm3') }}
union all
select * from {{ ref('m1') }}
union all
{% if var('v1') == 'one' %}select * from {{ ref('s_seed') }}{% else %}select 2 as id{% endif %}
union all
select '{{ env_var('GENV', 'd') }}' as id
