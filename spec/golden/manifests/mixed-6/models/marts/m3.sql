select * from {{- ref('m1') -}}
union all
select * from {{ ref( 'm2' , ) }}
union all
select * from {{ ref('m0') }}
union all
select * from {{ source('srcb', 'tb') }}
union all
select '{{ config.get('custom_key', 'dflt') }}' as id
