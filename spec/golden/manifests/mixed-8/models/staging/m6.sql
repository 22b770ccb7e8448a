{{ config({'pre_hook': 'select  1 + 1'}) }}

select * from {{ref("m2")}}
union all
select * from {{ ref('m1') }}
union all
select * from {{ ref('gen', 'm5') }}