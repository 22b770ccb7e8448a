-- depends_on: {{ ref('b') }}
{% if execute %}select '{{ graph.nodes.values() | selectattr('resource_type', 'equalto', 'model') | map(attribute='name') | sort | join(',') }}' as g{% endif %}
