{% test is_small(model, column_name, limit=3) %}{{ config(severity='warn') }}select * from {{ model }} where {{ column_name }} > {{ limit }}{% endtest %}
