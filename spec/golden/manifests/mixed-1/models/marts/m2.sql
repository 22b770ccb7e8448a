

select * from {{ source('srcb', 'tb') }}
