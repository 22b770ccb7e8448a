
select * from {{ ref('gen', 'm2') }}
union all
select * from {{ source('src','t2') }}
union all
select * from {{ source('srcb', 'tb') }}

