{{ config(tags=['q']) }}select '{{ model.name }}/{{ model.resource_type }}/{{ model.unique_id }}/{{ model.fqn | join('.') }}' as m
