{#- Schemas, and what stands in them. -#}

{% macro create_schema(relation) %}{{ adapter.dispatch('create_schema', 'dbt')(relation) }}{% endmacro %}
{% macro default__create_schema(relation) -%}
    {%- call statement('create_schema') -%} create schema if not exists {{ relation.without_identifier() }} {%- endcall -%}
{%- endmacro %}

{% macro drop_schema(relation) %}{{ adapter.dispatch('drop_schema', 'dbt')(relation) }}{% endmacro %}
{% macro default__drop_schema(relation) -%}
    {%- call statement('drop_schema') -%} drop schema if exists {{ relation.without_identifier() }} cascade {%- endcall -%}
{%- endmacro %}

{% macro drop_schema_named(schema_name) %}{{ return(adapter.dispatch('drop_schema_named', 'dbt')(schema_name)) }}{% endmacro %}
{% macro default__drop_schema_named(schema_name) -%}
    {%- set of_target = api.Relation.create(database=target.database, schema=schema_name) -%}
    {{ adapter.drop_schema(of_target) }}
{%- endmacro %}

{% macro information_schema_name(database) %}{{ return(adapter.dispatch('information_schema_name', 'dbt')(database)) }}{% endmacro %}
{% macro default__information_schema_name(database) -%}
    {%- if database -%} {{ database }}.INFORMATION_SCHEMA {%- else -%} INFORMATION_SCHEMA {%- endif -%}
{%- endmacro %}

{% macro list_schemas(database) %}{{ return(adapter.dispatch('list_schemas', 'dbt')(database)) }}{% endmacro %}
{% macro default__list_schemas(database) -%}
    {{ return(run_query("select distinct schema_name from " ~ information_schema_name(database) ~ ".SCHEMATA where catalog_name ilike '" ~ database ~ "'")) }}
{%- endmacro %}

{% macro check_schema_exists(information_schema, schema) %}{{ return(adapter.dispatch('check_schema_exists', 'dbt')(information_schema, schema)) }}{% endmacro %}
{% macro default__check_schema_exists(information_schema, schema) -%}
    {%- set schemata = information_schema.replace(information_schema_view='SCHEMATA') -%}
    {{ return(run_query("select count(*) from " ~ schemata ~ " where catalog_name = '" ~ information_schema.database ~ "' and schema_name = '" ~ schema ~ "'")) }}
{%- endmacro %}

{% macro list_relations_without_caching(schema_relation) %}{{ return(adapter.dispatch('list_relations_without_caching', 'dbt')(schema_relation)) }}{% endmacro %}
{% macro default__list_relations_without_caching(schema_relation) %}{{ exceptions.raise_not_implemented('list_relations_without_caching macro not implemented for adapter ' ~ adapter.type()) }}{% endmacro %}

{% macro list_function_relations_without_caching(schema_relation) %}{{ return(adapter.dispatch('list_function_relations_without_caching', 'dbt')(schema_relation)) }}{% endmacro %}
{% macro default__list_function_relations_without_caching(schema_relation) %}{{ exceptions.raise_not_implemented('list_function_relations_without_caching macro not implemented for adapter ' ~ adapter.type()) }}{% endmacro %}

{% macro get_catalog(information_schema, schemas) %}{{ return(adapter.dispatch('get_catalog', 'dbt')(information_schema, schemas)) }}{% endmacro %}
{% macro default__get_catalog(information_schema, schemas) %}{{ exceptions.raise_compiler_error('get_catalog not implemented for ' ~ adapter.type()) }}{% endmacro %}

{% macro get_catalog_relations(information_schema, relations) %}{{ return(adapter.dispatch('get_catalog_relations', 'dbt')(information_schema, relations)) }}{% endmacro %}
{% macro default__get_catalog_relations(information_schema, relations) %}{{ exceptions.raise_compiler_error('get_catalog_relations not implemented for ' ~ adapter.type()) }}{% endmacro %}

{% macro get_catalog_for_single_relation(relation) %}{{ return(adapter.dispatch('get_catalog_for_single_relation', 'dbt')(relation)) }}{% endmacro %}
{% macro default__get_catalog_for_single_relation(relation) %}{{ exceptions.raise_not_implemented('get_catalog_for_single_relation macro not implemented for adapter ' ~ adapter.type()) }}{% endmacro %}

{% macro get_relations() %}{{ return(adapter.dispatch('get_relations', 'dbt')()) }}{% endmacro %}
{% macro default__get_relations() %}{{ exceptions.raise_not_implemented('get_relations macro not implemented for adapter ' ~ adapter.type()) }}{% endmacro %}

{% macro get_relation_last_modified(information_schema, relations) %}{{ return(adapter.dispatch('get_relation_last_modified', 'dbt')(information_schema, relations)) }}{% endmacro %}
{% macro default__get_relation_last_modified(information_schema, relations) %}{{ exceptions.raise_not_implemented('get_relation_last_modified macro not implemented for adapter ' ~ adapter.type()) }}{% endmacro %}

{#- How old the newest row of a source is. -#}
{% macro collect_freshness(source, loaded_at_field, filter) %}{{ return(adapter.dispatch('collect_freshness', 'dbt')(source, loaded_at_field, filter)) }}{% endmacro %}
{% macro default__collect_freshness(source, loaded_at_field, filter) %}
    {%- call statement('collect_freshness', fetch_result=True, auto_begin=False) -%}
        select max({{ loaded_at_field }}) as max_loaded_at, {{ current_timestamp() }} as snapshotted_at
        from {{ source }}
        {{ 'where ' ~ filter if filter }}
    {%- endcall -%}
    {{ return(load_result('collect_freshness')) }}
{% endmacro %}

{% macro collect_freshness_custom_sql(source, loaded_at_query) %}{{ return(adapter.dispatch('collect_freshness_custom_sql', 'dbt')(source, loaded_at_query)) }}{% endmacro %}
{% macro default__collect_freshness_custom_sql(source, loaded_at_query) %}
    {%- call statement('collect_freshness_custom_sql', fetch_result=True, auto_begin=False) -%}
        with source_query as (
            {{ loaded_at_query }}
        )
        select (select * from source_query) as max_loaded_at, {{ current_timestamp() }} as snapshotted_at
    {%- endcall -%}
    {{ return(load_result('collect_freshness_custom_sql')) }}
{% endmacro %}
