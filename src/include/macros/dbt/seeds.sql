{#- Loading the rows of a CSV file. -#}

{% macro create_csv_table(model, agate_table) %}{{ adapter.dispatch('create_csv_table', 'dbt')(model, agate_table) }}{% endmacro %}
{% macro default__create_csv_table(model, agate_table) %}
    {%- set types = model['config'].get('column_types') or {} -%}
    {%- set columns = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- set type = types.get(name) or adapter.convert_type(agate_table, loop.index0) -%}
        {%- do columns.append(adapter.quote_seed_column(name, model['config'].get('quote_columns')) ~ ' ' ~ type) -%}
    {%- endfor -%}
    {%- set sql = 'create table ' ~ this.render() ~ ' (' ~ columns | join(', ') ~ ')' -%}
    {%- call statement('_') -%} {{ sql }} {%- endcall -%}
    {{ return(sql) }}
{% endmacro %}

{% macro reset_csv_table(model, full_refresh, old_relation, agate_table) %}{{ adapter.dispatch('reset_csv_table', 'dbt')(model, full_refresh, old_relation, agate_table) }}{% endmacro %}
{% macro default__reset_csv_table(model, full_refresh, old_relation, agate_table) %}
    {%- if full_refresh -%}
        {{ adapter.drop_relation(old_relation) }}
        {{ return(create_csv_table(model, agate_table)) }}
    {%- endif -%}
    {{ adapter.truncate_relation(old_relation) }}
    {{ return('truncate table ' ~ old_relation.render()) }}
{% endmacro %}

{% macro load_csv_rows(model, agate_table) %}{{ adapter.dispatch('load_csv_rows', 'dbt')(model, agate_table) }}{% endmacro %}
{% macro default__load_csv_rows(model, agate_table) %}
    {%- set columns = get_seed_column_quoted_csv(model, agate_table.column_names) -%}
    {%- set marks = [] -%}
    {%- for _ in agate_table.column_names -%}
        {%- do marks.append(get_binding_char()) -%}
    {%- endfor -%}
    {%- set statements = [] -%}
    {%- for rows in agate_table.rows | batch(get_batch_size()) -%}
        {%- set bindings = [] -%}
        {%- set lines = [] -%}
        {%- for row in rows -%}
            {%- do bindings.extend(row) -%}
            {%- do lines.append('(' ~ marks | join(',') ~ ')') -%}
        {%- endfor -%}
        {%- set sql = 'insert into ' ~ this.render() ~ ' (' ~ columns ~ ') values ' ~ lines | join(',') -%}
        {%- do adapter.add_query(sql, bindings=bindings, abridge_sql_log=True) -%}
        {%- do statements.append(sql) -%}
    {%- endfor -%}
    {{ return(statements[0]) }}
{% endmacro %}

{% macro get_csv_sql(create_or_truncate_sql, insert_sql) %}{{ adapter.dispatch('get_csv_sql', 'dbt')(create_or_truncate_sql, insert_sql) }}{% endmacro %}
{% macro default__get_csv_sql(create_or_truncate_sql, insert_sql) %}
{{ create_or_truncate_sql }};
{{ insert_sql }}
{% endmacro %}

{% macro get_seed_column_quoted_csv(model, column_names) %}
    {%- set quoted = [] -%}
    {%- for name in column_names -%}
        {%- do quoted.append(adapter.quote_seed_column(name, model['config'].get('quote_columns'))) -%}
    {%- endfor -%}
    {{ return(quoted | join(', ')) }}
{% endmacro %}

{% macro get_binding_char() -%} {{ adapter.dispatch('get_binding_char', 'dbt')() }} {%- endmacro %}
{% macro default__get_binding_char() %}{{ return('%s') }}{% endmacro %}
{% macro get_batch_size() %}{{ return(adapter.dispatch('get_batch_size', 'dbt')()) }}{% endmacro %}
{% macro default__get_batch_size() %}{{ return(10000) }}{% endmacro %}
