{% macro pick() %}{{ return(adapter.dispatch('pick')()) }}{% endmacro %}{% macro default__pick() %}1{% endmacro %}{% macro duckdb__pick() %}2{% endmacro %}
