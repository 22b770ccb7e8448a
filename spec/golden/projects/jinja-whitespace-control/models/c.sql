select
  {%- if true -%}  1  {%- endif -%}
  as id
