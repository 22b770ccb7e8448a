{#- Rows whose column is below zero. -#}
{% test not_negative(model, column) %}
select *
from {{ model }}
where {{ column }} < 0
{% endtest %}
