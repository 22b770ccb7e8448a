{{ config(docs={'show': False}, indexes=[], post_hook='my_hook()') }}

select * from {{ source('src','t1') }}
union all
{% if var('v1') == 'one' %}select * from {{ ref('s_seed') }}{% else %}select 2 as id{% endif %}
union all
select {{ dbt.dateadd('day', 1, 'ts') }} as id from {{ ref('my_pkg', 'pkg_model') }}