{% macro double(x) %}{{ function('double') }}({{ x }}){% endmacro %}
