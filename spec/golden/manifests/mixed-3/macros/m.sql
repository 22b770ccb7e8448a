{% macro my_macro(a, b=none) %}{{ a }}{% endmacro %}

{% macro my_hook() %}select 1{% endmacro %}
