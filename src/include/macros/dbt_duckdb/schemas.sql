{#- Schemas and relations as DuckDB's catalog tells of them. -#}

{#- SQLite and MySQL databases that are attached have no schemas to create. -#}
{% macro duckdb__create_schema(relation) -%}
    {%- call statement('create_schema') -%}
        {%- set others = run_query("select type from duckdb_databases() where lower(database_name) = '" ~ relation.database | lower ~ "' and type != 'duckdb'") -%}
        {%- set kind = others.rows[0][0] if others | length > 0 else 'duckdb' -%}
        {%- if kind == 'sqlite' and relation.schema != 'main' -%}
            {{ exceptions.raise_compiler_error('A SQLite database has the schema main only, not ' ~ relation.schema) }}
        {%- elif kind not in ['sqlite', 'mysql'] -%}
            create schema if not exists {{ relation.without_identifier() }}
        {%- else -%}
            select 1
        {%- endif -%}
    {%- endcall -%}
{%- endmacro %}

{% macro duckdb__drop_schema(relation) -%}
    {%- call statement('drop_schema') -%} drop schema if exists {{ relation.without_identifier() }} cascade {%- endcall -%}
{%- endmacro %}

{% macro duckdb__list_schemas(database) -%}
    {%- set within = " where lower(catalog_name) = '" ~ database | lower ~ "'" if database is not none -%}
    {{ return(run_query('select schema_name from system.information_schema.schemata' ~ within)) }}
{%- endmacro %}

{% macro duckdb__check_schema_exists(information_schema, schema) -%}
    {{ return(run_query("select count(*) from system.information_schema.schemata where lower(schema_name) = '" ~ schema | lower
        ~ "' and lower(catalog_name) = '" ~ information_schema.database | lower ~ "'")) }}
{%- endmacro %}

{% macro duckdb__list_relations_without_caching(schema_relation) %}
    {%- call statement('list_relations_without_caching', fetch_result=True) -%}
        select
            '{{ schema_relation.database }}' as database,
            table_name as name,
            table_schema as schema,
            case table_type when 'VIEW' then 'view' else 'table' end as type
        from system.information_schema.tables
        where lower(table_schema) = '{{ schema_relation.schema | lower }}'
          and lower(table_catalog) = '{{ schema_relation.database | lower }}'
    {%- endcall -%}
    {{ return(load_result('list_relations_without_caching').table) }}
{% endmacro %}

{% macro duckdb__get_catalog(information_schema, schemas) -%}
    {%- set within = duckdb__get_catalog_schemas_where_clause_sql(schemas) -%}
    {{ return(run_query(
        'with tables as (' ~ duckdb__get_catalog_tables_sql(information_schema) ~ within ~ '), columns as ('
        ~ duckdb__get_catalog_columns_sql(information_schema) ~ within ~ ')' ~ duckdb__get_catalog_results_sql()
    )) }}
{%- endmacro %}

{% macro duckdb__get_catalog_relations(information_schema, relations) -%}
    {%- set within = duckdb__get_catalog_relations_where_clause_sql(relations) -%}
    {{ return(run_query(
        'with tables as (' ~ duckdb__get_catalog_tables_sql(information_schema) ~ within ~ '), columns as ('
        ~ duckdb__get_catalog_columns_sql(information_schema) ~ within ~ ')' ~ duckdb__get_catalog_results_sql()
    )) }}
{%- endmacro %}

{% macro duckdb__get_catalog_tables_sql(information_schema) %}
    select * from (
        select
            database_name as table_database, schema_name as table_schema, table_name,
            'BASE TABLE' as table_type, comment as table_comment
        from duckdb_tables()
        union all
        select database_name, schema_name, view_name, 'VIEW', comment
        from duckdb_views()
    ) relations
    where upper(table_database) = upper('{{ information_schema.database }}')
{% endmacro %}

{% macro duckdb__get_catalog_columns_sql(information_schema) %}
    select * from (
        select
            database_name as table_database, schema_name as table_schema, table_name,
            column_name, column_index, data_type as column_type, comment as column_comment
        from duckdb_columns()
    ) relation_columns
    where upper(table_database) = upper('{{ information_schema.database }}')
{% endmacro %}

{% macro duckdb__get_catalog_results_sql() %}
    select
        tables.table_database, tables.table_schema, tables.table_name, tables.table_type, tables.table_comment,
        columns.column_name, columns.column_index, columns.column_type, columns.column_comment,
        null as table_owner
    from tables
    join columns using (table_database, table_schema, table_name)
    order by table_schema, table_name, column_index
{% endmacro %}

{#- Both clauses go on from the `where` of the catalog's queries. -#}
{% macro duckdb__get_catalog_schemas_where_clause_sql(schemas) %}
    and (
        {%- for schema in schemas %} upper(table_schema) = upper('{{ schema }}') or {%- endfor %} false
    )
{% endmacro %}

{% macro duckdb__get_catalog_relations_where_clause_sql(relations) %}
    and (
        {%- for relation in relations -%}
            {%- if not relation.schema -%}
                {%- do exceptions.raise_compiler_error('get_catalog_relations needs relations that have a schema') -%}
            {%- endif %}
        (
            upper(table_schema) = upper('{{ relation.schema }}')
            {%- if relation.identifier %} and upper(table_name) = upper('{{ relation.identifier }}'){%- endif -%}
        ) or
        {%- endfor %} false
    )
{% endmacro %}
