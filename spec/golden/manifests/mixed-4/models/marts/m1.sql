select * from {{ ref('m0') }}
union all
select * from {{ source('src','t2') }}