{#- A text in upper case without anything but letters; null when no letter is left. -#}
{% macro letters_only(column) -%}
nullif(upper(regexp_replace({{ column }}, '[^a-zA-Z]', '', 'g')), '')
{%- endmacro %}
