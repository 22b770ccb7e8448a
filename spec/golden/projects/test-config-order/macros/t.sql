{% test small(model, column_name, most) %}
{{ config(severity='warn', tags=['small'], meta={'by': 'macro'}) }}
select {{ column_name }} from {{ model }} where {{ column_name }} > {{ most }}
{% endtest %}
{% test of_two(model, column_name, other) %}
select {{ column_name }} from {{ model }} where {{ column_name }} > {{ other }}
{% endtest %}
