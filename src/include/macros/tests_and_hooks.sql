{#- Small macros that packages call or override by name. -#}

{#- Whether failing rows of the running test are kept: its own setting, else the flag. -#}
{% macro should_store_failures() %}
    {%- set configured = config.get('store_failures') -%}
    {{ return(flags.STORE_FAILURES if configured is none or configured == '' else configured) }}
{% endmacro %}

{% macro get_limit_subquery_sql(sql, limit) %}{{ return(adapter.dispatch('get_limit_subquery_sql', 'dbt')(sql, limit)) }}{% endmacro %}
{% macro default__get_limit_subquery_sql(sql, limit) -%}
{{ sql }}
{{ 'limit ' ~ limit if limit is not none }}
{%- endmacro %}

{% macro get_test_sql(main_sql, fail_calc, warn_if, error_if, limit) %}{{ return(adapter.dispatch('get_test_sql', 'dbt')(main_sql, fail_calc, warn_if, error_if, limit)) }}{% endmacro %}
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

{#- Hooks that must run before or after the transaction, or inside of it. -#}
{% macro before_begin(sql) %}{{ return({'sql': sql, 'transaction': false} | tojson) }}{% endmacro %}
{% macro in_transaction(sql) %}{{ return({'sql': sql, 'transaction': true} | tojson) }}{% endmacro %}
{% macro after_commit(sql) %}{{ return({'sql': sql, 'transaction': false} | tojson) }}{% endmacro %}
{% macro make_hook_config(sql, inside_transaction) %}{{ return({'sql': sql, 'transaction': inside_transaction} | tojson) }}{% endmacro %}

{% macro set_sql_header(config) -%}
    {%- do config.set('sql_header', caller()) -%}
{%- endmacro %}

{% macro partition_range(raw_partition_date, date_fmt='%Y%m%d') %}
    {%- set parts = raw_partition_date.split(',') -%}
    {%- if parts | length not in [1, 2] -%}
        {{ exceptions.raise_compiler_error('Got an invalid partition date: ' ~ raw_partition_date) }}
    {%- endif -%}
    {{ return(dates_in_range(parts[0], parts[1] if parts | length == 2 else none, in_fmt=date_fmt)) }}
{% endmacro %}

{% macro convert_datetime(date_str, date_fmt) %}{{ return(modules.datetime.datetime.strptime(date_str, date_fmt)) }}{% endmacro %}

{% macro dates_in_range(start_date_str, end_date_str=none, in_fmt='%Y%m%d', out_fmt='%Y%m%d') %}
    {%- set first = convert_datetime(start_date_str, in_fmt) -%}
    {%- set last = convert_datetime(end_date_str or start_date_str, in_fmt) -%}
    {%- set days = (last - first).days -%}
    {%- if days < 0 -%}
        {{ exceptions.raise_compiler_error('Partition start date is after its end date') }}
    {%- endif -%}
    {%- set dates = [] -%}
    {%- for i in range(days + 1) -%}
        {%- do dates.append((first + modules.datetime.timedelta(days=i)).strftime(out_fmt)) -%}
    {%- endfor -%}
    {{ return(dates) }}
{% endmacro %}

{% macro py_current_timestring() %}{{ return(modules.datetime.datetime.now().strftime('%H%M%S%f')) }}{% endmacro %}
{% macro is_core_v2() %}{{ return(false) }}{% endmacro %}
