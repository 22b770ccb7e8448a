{#- Functions as DuckDB spells them, where it differs from other databases. -#}

{#- The number may be an expression, which `interval (…) day` does not take, so it multiplies one unit. -#}
{% macro duckdb__dateadd(datepart, interval, from_date_or_timestamp) %}
    {%- set part = datepart | lower -%}
    {%- set factor = {'quarter': 3, 'week': 7}.get(part) -%}
    {%- set unit = {'quarter': 'month', 'week': 'day'}.get(part, part) -%}
    {%- set count = 'cast(' ~ interval ~ ' as bigint)' %}

    ({{ from_date_or_timestamp }} + {{ '(' ~ count ~ ' * ' ~ factor ~ ')' if factor else count }} * interval 1 {{ unit }})
{%- endmacro %}

{#- Weeks begin on Sunday here, as dbt counts them; DuckDB's own begin on Monday. -#}
{% macro duckdb__datediff(first_date, second_date, datepart) -%}
    {% if datepart == 'week' %}
            ({{ datediff(first_date, second_date, 'day') }} // 7 + case
            when date_part('dow', ({{ first_date }})::timestamp) <= date_part('dow', ({{ second_date }})::timestamp) then
                case when {{ first_date }} <= {{ second_date }} then 0 else -1 end
            else
                case when {{ first_date }} <= {{ second_date }} then 1 else 0 end
        end)
    {% else %}
        (date_diff('{{ datepart }}', {{ first_date }}::timestamp, {{ second_date }}::timestamp ))
    {% endif %}
{%- endmacro %}

{% macro duckdb__any_value(expression) -%} arbitrary({{ expression }}) {%- endmacro %}

{% macro duckdb__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    {%- if limit_num -%}
    list_aggr(
        (array_agg(
            {{ measure }}
            {{ order_by_clause or '' }}
        ))[1:{{ limit_num }}],
        'string_agg',
        {{ delimiter_text }}
        )
    {%- else %}
    string_agg(
        {{ measure }},
        {{ delimiter_text }}
        {{ order_by_clause or '' }}
        )
    {%- endif %}
{%- endmacro %}

{% macro duckdb__split_part(string_text, delimiter_text, part_number) %}
    string_split({{ string_text }}, {{ delimiter_text }})[ {{ part_number }} ]
{% endmacro %}

{% macro duckdb__last_day(date, datepart) -%} {{ dbt.default_last_day(date, datepart) }} {%- endmacro %}

{% macro duckdb__date(year, month, day) -%} make_date({{ year }}, {{ month }}, {{ day }}) {%- endmacro %}

{% macro duckdb__generate_series(upper_bound) %}
    select
        generate_series as generated_number
    from generate_series(1, {{ upper_bound }})
{% endmacro %}

{% macro duckdb__current_timestamp() -%} now() {%- endmacro %}
