{{
  config(
    pre_hook=[], docs={'node_color': 'red'}, schema='s2'
  )
}}

select * from {{ref("m2")}}
union all
select * from {{ ref('gen', 'm0') }}
union all
select {{ dbt.dateadd('day', 1, 'ts') }} as id from {{ ref('my_pkg', 'pkg_model') }}