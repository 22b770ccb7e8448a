

select * from {{ source('src','t1') }}
union all
select * from {{ source('srcb', 'tb') }}
