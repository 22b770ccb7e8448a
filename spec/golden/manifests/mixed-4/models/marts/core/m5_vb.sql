select * from {{ref("m3")}}
union all
select * from {{ ref('gen', 'm2') }}
union all
select * from {{ ref( 'm0' , ) }}
union all
{% raw %} select '{{ ref }}' as id {% endraw %}
