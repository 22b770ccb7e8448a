{% macro pick() %}{{ return([1, 7]) }}{% endmacro %}
