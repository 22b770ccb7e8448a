{#- Relations and columns in DuckDB. -#}

{% macro create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
    {{ return(adapter.dispatch('create_table_as', 'dbt')(temporary, relation, compiled_code, language, partitioned_by=partitioned_by, sorted_by=sorted_by)) }}
{%- endmacro %}

{#- Constraints need a table that is created first and filled after; temporary tables go without them. -#}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
    {%- if language != 'sql' -%}
        {%- do exceptions.raise_compiler_error('A table can not be created from code in the language "' ~ language ~ '"') -%}
    {%- endif -%}
    {%- set contract_config = config.get('contract') -%}
    {%- if contract_config.enforced -%} {{ get_assert_columns_equivalent(compiled_code) }} {%- endif -%}
    {{ config.get('sql_header', none) or '' }}
    {% set name = relation.include(database=(not temporary), schema=(not temporary)) -%}
    create {{ 'temporary ' if temporary }}table {{ name }}
    {%- if contract_config.enforced and not temporary %}
    {{ get_table_columns_and_constraints() }};
    {{ duckdb__alter_table_set_partitioned_by(relation, partitioned_by) if partitioned_by }}
    {{ duckdb__alter_table_set_sorted_by(relation, sorted_by) if sorted_by }}
    insert into {{ relation }} {{ get_column_names() }} (
        {{ get_select_subquery(compiled_code) }}
    );
    {%- elif partitioned_by or sorted_by %} as (
        select * from (
            {{ compiled_code }}
        ) as model_subq
        limit 0
    );
    {{ duckdb__alter_table_set_partitioned_by(relation, partitioned_by) if partitioned_by }}
    {{ duckdb__alter_table_set_sorted_by(relation, sorted_by) if sorted_by }}
    insert into {{ relation }} select * from (
        {{ compiled_code }}
    ) as model_subq;
    {%- else %} as (
{{ compiled_code }}
    );
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__create_view_as(relation, sql) -%}
    {%- set contract_config = config.get('contract') -%}
    {%- if contract_config.enforced -%} {{ get_assert_columns_equivalent(sql) }} {%- endif -%}
    {{ config.get('sql_header', none) or '' }}
    create view {{ relation }} as (
{{ sql }}
    );
{%- endmacro %}

{% macro get_column_names() -%}
    ({{ adapter.dispatch('get_column_names', 'dbt')() }})
{%- endmacro %}

{#- Partitions and sort orders are of DuckLake, and of the final table only. -#}
{% macro duckdb__get_partitioned_by(relation, temporary) %}
    {%- set wanted = none if temporary else config.get('partitioned_by', none) or config.get('partition_by', none) -%}
    {{ return(_ducklake_columns(relation, wanted, 'partitioned_by/partition_by', false)) }}
{% endmacro %}
{% macro duckdb__get_sorted_by(relation, temporary) %}
    {%- set wanted = none if temporary else config.get('sorted_by', none) or config.get('sort_by', none) -%}
    {{ return(_ducklake_columns(relation, wanted, 'sorted_by/sort_by', true)) }}
{% endmacro %}
{% macro _ducklake_columns(relation, wanted, field_name, quoted) %}
    {%- if not wanted or (this is defined and relation.identifier != this.identifier) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- if not adapter.is_ducklake(relation) -%}
        {%- do adapter.warn_once(field_name ~ ' is for DuckLake relations only; it is ignored for ' ~ relation) -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set columns = normalize_string_or_list(wanted, field_name) -%}
    {{ return(get_quoted_csv(columns) if quoted else columns | join(', ')) }}
{% endmacro %}
{% macro duckdb__alter_table_set_partitioned_by(relation, partitioned_by) -%} alter table {{ relation }} set partitioned by ({{ partitioned_by }}); {%- endmacro %}
{% macro duckdb__alter_table_set_sorted_by(relation, sorted_by) -%} alter table {{ relation }} set sorted by ({{ sorted_by }}); {%- endmacro %}

{#- The header sets things up for the query but can't be described with it, so it runs on its own. -#}
{% macro duckdb__get_empty_subquery_sql(select_sql, select_sql_header=none) %}
    {%- if select_sql_header is not none -%}
        {%- do run_query(select_sql_header) -%}
    {%- endif -%}
    {{ return(default__get_empty_subquery_sql(select_sql)) }}
{% endmacro %}

{% macro duckdb__get_columns_in_relation(relation) %}
    {%- call statement('get_columns_in_relation', fetch_result=True) -%}
        select
            column_name, column_type as data_type,
            cast(null as bigint) as character_maximum_length,
            cast(null as bigint) as numeric_precision,
            cast(null as bigint) as numeric_scale
        from (describe {{ relation.render() }})
    {%- endcall -%}
    {{ return(sql_convert_columns_in_relation(load_result('get_columns_in_relation').table)) }}
{% endmacro %}

{% macro duckdb__alter_relation_add_remove_columns(relation, add_columns, remove_columns) %}
    {%- for column in add_columns or [] -%}
        {%- do run_query('alter ' ~ relation.type ~ ' ' ~ relation ~ ' add column ' ~ adapter.quote(column.name) ~ ' ' ~ column.data_type) -%}
    {%- endfor -%}
    {%- for column in remove_columns or [] -%}
        {%- do run_query('alter ' ~ relation.type ~ ' ' ~ relation ~ ' drop column ' ~ adapter.quote(column.name)) -%}
    {%- endfor -%}
{% endmacro %}

{% macro duckdb__drop_relation(relation) -%}
    {%- call statement('drop_relation', auto_begin=False) -%}
        drop {{ relation.type }} if exists {{ relation }} {{ 'cascade' if not adapter.is_ducklake(relation) }}
    {%- endcall -%}
{%- endmacro %}

{% macro duckdb__rename_relation(from_relation, to_relation) -%}
    {%- call statement('rename_relation') -%}
        alter {{ to_relation.type }} {{ from_relation }} rename to {{ adapter.quote_as_configured(to_relation.identifier, 'identifier') }}
    {%- endcall -%}
{%- endmacro %}

{#- A temporary table belongs to the connection and has no schema; the time keeps its name from being used twice. -#}
{% macro duckdb__make_temp_relation(base_relation, suffix) %}
    {{ return(base_relation.incorporate(path={
        'database': none, 'schema': none, 'identifier': base_relation.identifier ~ suffix ~ py_current_timestring()
    })) }}
{% endmacro %}

{% macro duckdb__dispatch_temporary_relation(target_relation, batch_id='') %}
    {{ return({'relation': make_temp_relation(target_relation), 'temporary': true}) }}
{% endmacro %}

{#- Comments, in quotes that no description ends by accident. -#}
{% macro duckdb_escape_comment(comment) -%}
    {%- if comment is not string -%}
        {%- do exceptions.raise_compiler_error('A comment must be a text, not ' ~ comment) -%}
    {%- endif -%}
    '{{ comment | replace("'", "''") }}'
{%- endmacro %}
{% macro duckdb__alter_relation_comment(relation, comment) -%}
    comment on {{ relation.type }} {{ relation }} is {{ duckdb_escape_comment(comment) }};
{%- endmacro %}
{% macro duckdb__alter_column_comment(relation, column_dict) -%}
    {%- set existing = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- for name, column in column_dict.items() if name in existing %}
    comment on column {{ relation }}.{{ adapter.quote(name) if column['quote'] else name }} is {{ duckdb_escape_comment(column['description']) }};
    {%- endfor -%}
{%- endmacro %}

{#- Indexes. Their names hold the time, since the index of the table that is replaced still has its name. -#}
{% macro duckdb__get_create_index_sql(relation, index_dict) -%}
    {%- set index = adapter.parse_index(index_dict) -%}
    create {{ 'unique ' if index.unique }}index {{ adapter.quote(index.render(relation)) }} on {{ relation }} ({{ index.columns | join(', ') }});
{%- endmacro %}
{% macro drop_indexes_on_relation(relation) %}
    {%- call statement('get_indexes_on_relation', fetch_result=True, auto_begin=False) -%}
        select index_name from duckdb_indexes()
        where database_name = '{{ relation.database }}' and schema_name = '{{ relation.schema }}' and table_name = '{{ relation.identifier }}'
    {%- endcall -%}
    {%- for row in load_result('get_indexes_on_relation').table -%}
        {%- call statement('drop_index', auto_begin=False) -%}
            drop index {{ adapter.quote(relation.database) }}.{{ adapter.quote(relation.schema) }}.{{ adapter.quote(row[0]) }}
        {%- endcall -%}
    {%- endfor -%}
{% endmacro %}

{% macro duckdb__apply_grants(relation, grant_config, should_revoke=True) %}
    {%- if grant_config -%}
        {%- do adapter.warn_once('Grants for relations are not supported by DuckDB') -%}
    {%- endif -%}
{% endmacro %}

{#- Foreign keys: a table that has one keeps the name it was created under, so it is built in place. -#}
{% macro enforced_constraint_types() %}
    {%- set types = [] -%}
    {%- if (config.get('contract') or {}).enforced -%}
        {%- do types.extend(model.get('constraints', []) | map(attribute='type')) -%}
        {%- for column in model.get('columns', {}).values() -%}
            {%- do types.extend(column.get('constraints', []) | map(attribute='type')) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(types) }}
{% endmacro %}
{% macro existing_constraint_types(relation) %}
    {{ return(adapter.existing_key_constraint_types(relation) if relation is not none and relation.is_table else []) }}
{% endmacro %}
{% macro has_foreign_key_constraints(relation=none) %}
    {{ return('foreign_key' in enforced_constraint_types() or 'foreign_key' in existing_constraint_types(relation)) }}
{% endmacro %}
{% macro may_be_foreign_key_target(relation=none) %}
    {%- set types = enforced_constraint_types() + existing_constraint_types(relation) -%}
    {{ return('primary_key' in types or 'unique' in types) }}
{% endmacro %}
{% macro drop_relation_for_rebuild(relation) %}
    {%- do adapter.ensure_transaction() -%}
    {%- do adapter.drop_relation(relation) -%}
    {{ return([]) }}
{% endmacro %}

{% macro normalize_string_or_list(raw, field_name) %}
    {%- set items = [] if raw is none else [raw] if raw is string else raw -%}
    {%- if items is mapping or items is not sequence or items | reject('string') | list -%}
        {{ exceptions.raise_compiler_error(field_name ~ ' must be a text or a list of texts') }}
    {%- endif -%}
    {{ return(items | list) }}
{% endmacro %}
