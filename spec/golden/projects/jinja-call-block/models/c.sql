{% call wrap('x') %}1 as id{% endcall %}
