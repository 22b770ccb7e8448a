{#- The day in a text of one of the formats yyyy-MM-dd, dd-MM-yyyy and dd/MM/yyyy; null when it is in none. -#}
{% macro read_date(column) -%}
cast(try_strptime(trim({{ column }}), ['%Y-%m-%d', '%d-%m-%Y', '%d/%m/%Y']) as date)
{%- endmacro %}
