{{ config({'schema': None, 'lookback': 3, 'grants': {'+select': ['d']}}) }}


select * from {{ ref('m3') }}
union all
select * from {{ source('src','t2') }}
union all
select {{ my_macro(1) }} as id

