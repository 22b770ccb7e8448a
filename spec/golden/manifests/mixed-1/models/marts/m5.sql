{{ config({'event_time': 'ts', 'database': 'gen', 'meta': {'n': 1, 'f': 1.5, 'w': 2.0}, 'node_color': 'blue'}) }}

select * from {{ ref('gen', 'm2') }}
union all
select '{{ model.name }} {{ this.schema }} {{ target.name }}' as id

