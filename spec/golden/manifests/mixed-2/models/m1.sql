
select * from {{ ref('m0') }}
union all
select * from {{ source('srcb', 'tb') }}
union all
{% if var('v1') == 'one' %}select * from {{ ref('s_seed') }}{% else %}select 2 as id{% endif %}
union all
select {{ my_macro(1) }} as id
union all
select '{{ env_var('GENV', 'd') }}' as id
union all
select {{ dbt.dateadd('day', 1, 'ts') }} as id from {{ ref('my_pkg', 'pkg_model') }}