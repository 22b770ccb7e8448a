{% macro m(a) %}{{ a }}-{{ varargs }}-{{ kwargs }}{% endmacro %}
