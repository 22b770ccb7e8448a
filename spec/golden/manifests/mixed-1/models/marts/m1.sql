{{ config(meta={'owner': 'x'}, group='g2', incremental_strategy='merge', materialized='incremental', packages=['p']) }}
select * from {{ source('src','t2') }}
union all
{% if var('v1') == 'one' %}select * from {{ ref('s_seed') }}{% else %}select 2 as id{% endif %}
union all
{% set x = ['a','b'] %}{% for i in x %}select '{{ i }}' as id {% if not loop.last %}union all{% endif %} {% endfor %}
union all
select {{ my_pkg.pm('z') }} as id
union all
select '{{ env_var('GENV', 'd') }}' as id
union all
{% raw %} select '{{ ref }}' as id {% endraw %}