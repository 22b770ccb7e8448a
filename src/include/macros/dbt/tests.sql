{#- What judges a data test, and the rows that unit tests are given. -#}

{#- `where:` of a test narrows what it looks at. -#}
{% macro get_where_subquery(relation) -%}{{ return(adapter.dispatch('get_where_subquery', 'dbt')(relation)) }}{%- endmacro %}
{% macro default__get_where_subquery(relation) -%}
    {%- set where = config.get('where', '') -%}
    {{ return('(select * from ' ~ relation ~ ' where ' ~ where ~ ') dbt_subquery' if where else relation) }}
{%- endmacro %}

{% macro get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) %}{{ adapter.dispatch('get_test_sql', 'dbt')(main_sql, fail_calc, warn_if, error_if, limit) }}{% endmacro %}
{% macro default__get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) -%}
select
    {{ fail_calc }} as failures,
    {{ fail_calc }} {{ warn_if }} as should_warn,
    {{ fail_calc }} {{ error_if }} as should_error
from (
{{ main_sql }}
{{ 'limit ' ~ limit if limit is not none }}
) dbt_internal_test
{%- endmacro %}

{% macro get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) %}{{ adapter.dispatch('get_unit_test_sql', 'dbt')(main_sql, expected_fixture_sql, expected_column_names) }}{% endmacro %}
{% macro default__get_unit_test_sql(main_sql, expected_fixture_sql, expected_column_names) -%}
with dbt_internal_unit_test_actual as (
    select {{ expected_column_names | join(', ') }}, {{ dbt.string_literal('actual') }} as {{ adapter.quote('actual_or_expected') }}
    from (
{{ main_sql }}
    ) _dbt_internal_unit_test_actual
), dbt_internal_unit_test_expected as (
    select {{ expected_column_names | join(', ') }}, {{ dbt.string_literal('expected') }} as {{ adapter.quote('actual_or_expected') }}
    from (
{{ expected_fixture_sql }}
    ) _dbt_internal_unit_test_expected
)
select * from dbt_internal_unit_test_actual
union all
select * from dbt_internal_unit_test_expected
{%- endmacro %}

{#- The given rows as a query with the columns and types of the relation they stand for; what a row leaves out is null. -#}
{% macro get_fixture_sql(rows, column_name_to_data_types) %}
    {%- set types = column_name_to_data_types -%}
    {%- set quoted = {} -%}
    {%- if not types -%}
        {%- set types = {} -%}
        {%- set relation = defer_relation if (defer_relation and not load_relation(this)) else this -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do types.update({column.name | lower: column.data_type}) -%}
            {%- do quoted.update({column.name | lower: column.quoted}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if not types -%}
        {{ exceptions.raise_compiler_error("Not able to get columns for unit test '" ~ model.name ~ "' from relation " ~ this ~ " because the relation doesn't exist") }}
    {%- endif -%}
    {{ validate_fixture_rows(rows, none) }}
    {%- for row in rows or [{}] -%}
        {%- set given = format_row(row, types) %}
    select
        {%- for name, type in types.items() %} {{ given.get(name) or safe_cast('null', type) | trim }} as {{ quoted.get(name, name) }}{{ ',' if not loop.last }} {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {{ 'limit 0' if not rows }}
{% endmacro %}

{% macro get_expected_sql(rows, column_name_to_data_types, column_name_to_quoted) %}
    {%- if not rows %}
    select * from dbt_internal_unit_test_actual limit 0
    {%- endif -%}
    {%- for row in rows %}
    select
        {%- for name, value in format_row(row, column_name_to_data_types).items() %} {{ value }} as {{ column_name_to_quoted[name] }}{{ ',' if not loop.last }} {%- endfor %}
    {{ 'union all' if not loop.last }}
    {%- endfor -%}
{% endmacro %}

{#- The values of one row as SQL, cast to their columns' types; names are compared in lower case. -#}
{% macro format_row(row, column_name_to_data_types) %}
    {%- set formatted = {} -%}
    {%- for name, value in row.items() -%}
        {%- set key = name | lower -%}
        {%- if key not in column_name_to_data_types -%}
            {%- set place = 'expected output' if model.resource_type == 'unit_test' else "'" ~ model.name ~ "'" -%}
            {{ exceptions.raise_compiler_error("Invalid column name: '" ~ key ~ "' in unit test fixture for " ~ place
                ~ ".\nAccepted columns for " ~ place ~ ' are: ' ~ column_name_to_data_types.keys() | list) }}
        {%- endif -%}
        {%- set type = column_name_to_data_types[key] -%}
        {%- if value is string and 'varying' in type -%}
            {%- set type = type.split('(')[0] -%}
        {%- endif -%}
        {%- set literal = 'null' if value is none else dbt.string_literal(dbt.escape_single_quotes(value)) if value is string else value -%}
        {%- do formatted.update({key: safe_cast(literal, type)}) -%}
    {%- endfor -%}
    {{ return(formatted) }}
{% endmacro %}

{% macro validate_fixture_rows(rows, row_number) %}{{ return(adapter.dispatch('validate_fixture_rows', 'dbt')(rows, row_number)) }}{% endmacro %}
{% macro default__validate_fixture_rows(rows, row_number) %}{% endmacro %}
