{#- Running SQL from inside a template. Nothing runs while the project is parsed. -#}

{%- macro statement(name=None, fetch_result=False, auto_begin=True, language='sql') -%}
    {%- if execute -%}
        {%- set statement_sql = caller() -%}
        {%- if name == 'main' -%}
            {{ write(statement_sql) }}
        {%- endif -%}
        {%- if language != 'sql' -%}
            {%- do exceptions.raise_compiler_error('A statement in the language "' ~ language ~ '" can not be run') -%}
        {%- endif -%}
        {%- set response, table = adapter.execute(statement_sql, auto_begin=auto_begin, fetch=fetch_result) -%}
        {%- if name is not none -%}
            {{ store_result(name, response=response, agate_table=table) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{#- A result that no statement gave, as when rows were loaded by other means. -#}
{%- macro noop_statement(name=None, message=None, code=None, rows_affected=None, res=None) -%}
    {%- set statement_sql = caller() -%}
    {%- if name == 'main' -%}
        {{ write(statement_sql) }}
    {%- endif -%}
    {%- if name is not none -%}
        {{ store_raw_result(name, message=message, code=code, rows_affected=rows_affected, agate_table=res) }}
    {%- endif -%}
{%- endmacro %}

{%- macro run_query(sql) -%}
    {%- call statement('run_query_statement', fetch_result=true, auto_begin=false) -%}
        {{ sql }}
    {%- endcall -%}
    {#- While the project is parsed this is undefined, not none: what goes through its rows finds none. -#}
    {{ return(load_result('run_query_statement').table) }}
{%- endmacro %}

{% macro validate_sql(sql) %}{{ return(adapter.dispatch('validate_sql', 'dbt')(sql)) }}{% endmacro %}
{% macro default__validate_sql(sql) -%}
    {%- call statement('validate_sql') -%} explain {{ sql }} {%- endcall -%}
    {{ return(load_result('validate_sql')) }}
{%- endmacro %}

{#- What `show` runs: the query, cut to a number of rows. -#}
{% macro get_show_sql(compiled_code, sql_header, limit) -%}
    {%- if sql_header is not none -%} {{ sql_header }} {%- endif %}
{{ get_limit_subquery_sql(compiled_code, limit) }}
{%- endmacro %}

{% macro get_limit_subquery_sql(sql, limit) -%} {{ adapter.dispatch('get_limit_sql', 'dbt')(sql, limit) }} {%- endmacro %}
{% macro default__get_limit_sql(sql, limit) -%}
{{ sql }}
{{ 'limit ' ~ limit if limit is not none }}
{%- endmacro %}

{% macro is_core_v2() -%}
    {{ return((dbt_version.split('.') | first | int) == 2) }}
{%- endmacro %}
