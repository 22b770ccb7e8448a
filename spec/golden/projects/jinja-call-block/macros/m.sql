{% macro wrap(name) %}select {{ caller() }}, '{{ name }}' as n{% endmacro %}
