{% macro ref(name) %}{{ return(builtins.ref(name).include(database=false)) }}{% endmacro %}
