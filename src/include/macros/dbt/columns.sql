{#- Columns of relations and of queries, and the contracts that promise them. -#}

{% macro get_columns_in_relation(relation) %}{{ return(adapter.dispatch('get_columns_in_relation', 'dbt')(relation)) }}{% endmacro %}
{% macro default__get_columns_in_relation(relation) %}{{ exceptions.raise_not_implemented('get_columns_in_relation macro not implemented for adapter ' ~ adapter.type()) }}{% endmacro %}

{% macro sql_convert_columns_in_relation(table) %}
    {%- set columns = [] -%}
    {%- for row in table -%}
        {%- do columns.append(api.Column(*row)) -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}

{% macro get_list_of_column_names(columns) %}{{ return(columns | map(attribute='name') | list) }}{% endmacro %}

{% macro get_empty_subquery_sql(select_sql, select_sql_header=none) %}{{ return(adapter.dispatch('get_empty_subquery_sql', 'dbt')(select_sql, select_sql_header)) }}{% endmacro %}
{% macro default__get_empty_subquery_sql(select_sql, select_sql_header=none) %}
    {{ select_sql_header if select_sql_header is not none }}
    select * from (
        {{ select_sql }}
    ) as __dbt_sbq
    where false
    limit 0
{% endmacro %}

{% macro get_empty_schema_sql(columns) %}{{ return(adapter.dispatch('get_empty_schema_sql', 'dbt')(columns)) }}{% endmacro %}
{% macro default__get_empty_schema_sql(columns) %}
    {%- set untyped = [] -%}
    {%- set without_scale = [] -%}
    select
    {%- for column in columns.values() -%}
        {%- if not column['data_type'] -%}
            {%- do untyped.append(column['name']) -%}
        {%- elif column['data_type'] | trim | lower in ['numeric', 'decimal', 'number'] -%}
            {%- do without_scale.append(column['name']) -%}
        {%- endif %}
        {{ cast('null', column['data_type']) }} as {{ adapter.quote(column['name']) if column.get('quote') else column['name'] }}{{ ',' if not loop.last }}
    {%- endfor -%}
    {%- if untyped -%}
        {{ exceptions.column_type_missing(column_names=untyped) }}
    {%- elif without_scale -%}
        {{ exceptions.warn('These numeric columns have no precision and scale, so values may be rounded: ' ~ without_scale | join(', ')) }}
    {%- endif -%}
{% endmacro %}

{% macro get_column_schema_from_query(select_sql, select_sql_header=none) %}
    {{ return(adapter.get_column_schema_from_query(get_empty_subquery_sql(select_sql, select_sql_header))) }}
{% endmacro %}

{% macro get_columns_in_query(select_sql) %}{{ return(adapter.dispatch('get_columns_in_query', 'dbt')(select_sql)) }}{% endmacro %}
{% macro default__get_columns_in_query(select_sql) %}
    {%- call statement('get_columns_in_query', fetch_result=true, auto_begin=false) -%}
        {{ get_empty_subquery_sql(select_sql) }}
    {%- endcall -%}
    {{ return(load_result('get_columns_in_query').table.columns | map(attribute='name') | list) }}
{% endmacro %}

{#- Through a second column, since not every database converts one in place. -#}
{% macro alter_column_type(relation, column_name, new_column_type) %}{{ return(adapter.dispatch('alter_column_type', 'dbt')(relation, column_name, new_column_type)) }}{% endmacro %}
{% macro default__alter_column_type(relation, column_name, new_column_type) -%}
    {%- set column = adapter.quote(column_name) -%}
    {%- set converted = adapter.quote(column_name ~ '__dbt_alter') -%}
    {%- call statement('alter_column_type') -%}
        alter table {{ relation.render() }} add column {{ converted }} {{ new_column_type }};
        update {{ relation.render() }} set {{ converted }} = {{ column }};
        alter table {{ relation.render() }} drop column {{ column }} cascade;
        alter table {{ relation.render() }} rename column {{ converted }} to {{ column }}
    {%- endcall -%}
{%- endmacro %}

{% macro alter_relation_add_remove_columns(relation, add_columns = none, remove_columns = none) %}{{ return(adapter.dispatch('alter_relation_add_remove_columns', 'dbt')(relation, add_columns, remove_columns)) }}{% endmacro %}
{% macro default__alter_relation_add_remove_columns(relation, add_columns, remove_columns) %}
    {%- set changes = [] -%}
    {%- for column in add_columns or [] -%}
        {%- do changes.append('add column ' ~ column.quoted ~ ' ' ~ column.expanded_data_type) -%}
    {%- endfor -%}
    {%- for column in remove_columns or [] -%}
        {%- do changes.append('drop column ' ~ column.quoted) -%}
    {%- endfor -%}
    {%- do run_query('alter ' ~ relation.type ~ ' ' ~ relation.render() ~ ' ' ~ changes | join(', ')) -%}
{% endmacro %}

{#- Contracts -#}

{% macro get_table_columns_and_constraints() %}{{ adapter.dispatch('get_table_columns_and_constraints', 'dbt')() }}{% endmacro %}
{% macro default__get_table_columns_and_constraints() %}{{ return(table_columns_and_constraints()) }}{% endmacro %}

{% macro table_columns_and_constraints() %}
    {%- set lines = adapter.render_raw_columns_constraints(raw_columns=model['columns'])
        + adapter.render_raw_model_constraints(raw_constraints=model['constraints']) -%}
    (
        {{ lines | join(',\n        ') }}
    )
{% endmacro %}

{% macro get_assert_columns_equivalent(sql) %}{{ adapter.dispatch('get_assert_columns_equivalent', 'dbt')(sql) }}{% endmacro %}
{% macro default__get_assert_columns_equivalent(sql) %}{{ return(assert_columns_equivalent(sql)) }}{% endmacro %}

{#- Compares the columns of the query with the promised ones: by name, whatever their order, then by type. -#}
{% macro assert_columns_equivalent(sql) %}
    {%- if not model['columns'] -%}
        {{ exceptions.raise_contract_error([], []) }}
    {%- endif -%}
    {%- set given = format_columns(get_column_schema_from_query(sql, config.get('sql_header', none))) -%}
    {%- set promised = format_columns(get_column_schema_from_query(get_empty_schema_sql(model['columns']))) -%}
    {%- set formatted = promised | map(attribute='formatted') | list -%}
    {%- set names = promised | map(attribute='name') | list -%}
    {%- for column in given if column['name'] not in names or column['formatted'] not in formatted -%}
        {%- do exceptions.raise_contract_error(promised, given) -%}
    {%- endfor -%}
    {%- if given | length != promised | length -%}
        {%- do exceptions.raise_contract_error(promised, given) -%}
    {%- endif -%}
{% endmacro %}

{% macro format_columns(columns) %}
    {%- set formatted = [] -%}
    {%- for column in columns -%}
        {%- do formatted.append(adapter.dispatch('format_column', 'dbt')(column)) -%}
    {%- endfor -%}
    {{ return(formatted) }}
{% endmacro %}
{% macro default__format_column(column) %}
    {{ return({'name': column.name, 'data_type': column.dtype, 'formatted': column.column | lower ~ ' ' ~ column.dtype}) }}
{% endmacro %}

{% macro default__get_column_names() -%}
    {%- for column in model['columns'].values() -%}
        {{ adapter.quote(column['name']) if column.get('quote') else column['name'] }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{% macro get_select_subquery(sql) %}{{ return(adapter.dispatch('get_select_subquery', 'dbt')(sql)) }}{% endmacro %}
{% macro default__get_select_subquery(sql) %}
    select {{ adapter.dispatch('get_column_names', 'dbt')() }}
    from (
        {{ sql }}
    ) as model_subq
{% endmacro %}
