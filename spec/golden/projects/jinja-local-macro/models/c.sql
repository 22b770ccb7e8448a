{% macro local_one(x) %}{{ x }}{% endmacro %}select 1 as id
