{% macro twice(x) %}({{ x }} * {{ var('by', 2) }}){% endmacro %}
