{{
  config(
    on_schema_change='fail'
  )
}}


select * from {{ref("m1")}}
union all
select {{ dbt.dateadd('day', 1, 'ts') }} as id from {{ ref('my_pkg', 'pkg_model') }}

