{% macro note(text) %}select '{{ text }}'{% endmacro %}
