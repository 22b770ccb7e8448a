
select * from {{ source('srcb', 'tb') }}
union all
select '{{ env_var('GENV', 'd') }}' as id
union all
select {{ dbt.dateadd('day', 1, 'ts') }} as id from {{ ref('my_pkg', 'pkg_model') }}
