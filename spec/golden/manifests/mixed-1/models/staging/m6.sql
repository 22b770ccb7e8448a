
select * from {{ source('srcb', 'tb') }}
union all
{% if var('v1') == 'one' %}select * from {{ ref('s_seed') }}{% else %}select 2 as id{% endif %}
union all
{% raw %} select '{{ ref }}' as id {% endraw %}

