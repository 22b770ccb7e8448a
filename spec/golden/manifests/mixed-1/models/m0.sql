{{ config({'quoting': {}, 'access': 'public'}) }}

select * from {{ source('src','t1') }}
union all
{% if var('v1') == 'one' %}select * from {{ ref('s_seed') }}{% else %}select 2 as id{% endif %}

