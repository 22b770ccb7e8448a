{% if execute %}select 1 as ran{% else %}select * from {{ ref('a') }}{% endif %}
