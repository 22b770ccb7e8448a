

select * from {{ source('src','t1') }}
union all
-- depends_on: {{ ref('s_seed') }}
select 3 as id

