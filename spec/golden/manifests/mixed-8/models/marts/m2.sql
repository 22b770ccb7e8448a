select * from {{ ref('gen', 'm0') }}
union all
select * from {{- ref('m1') -}}
union all
{% raw %} select '{{ ref }}' as id {% endraw %}
