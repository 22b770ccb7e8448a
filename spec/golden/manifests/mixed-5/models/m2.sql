select * from {{ source('src','t2') }}
union all
select * from {{ source('srcb', 'tb') }}
union all
select {{ my_pkg.pm('z') }} as id
