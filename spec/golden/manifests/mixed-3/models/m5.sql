select * from {{ref("m2")}}
union all
select * from {{ source('src','t1') }}
union all
select {{ my_macro(1) }} as id
