{{ config({'freshness': {'build_after': {'count': 1, 'period': 'day'}}, 'alias': 'al_864292', 'node_color': 'blue'}) }}

{% if var('v1') == 'one' %}select * from {{ ref('s_seed') }}{% else %}select 2 as id{% endif %}
union all
select '{{ model.name }} {{ this.schema }} {{ target.name }}' as id

