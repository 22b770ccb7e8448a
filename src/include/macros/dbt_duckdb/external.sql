{#- Models that are files: where they are written, with which options, and how they are read back. -#}

{% macro external_location(relation, config) -%}
    {%- set partitioned = (config.get('options') or {}).get('partition_by') is not none -%}
    {{ adapter.external_root() }}/{{ relation.identifier }}{{ '' if partitioned else '.' ~ (config.get('format') or 'parquet') }}
{%- endmacro %}

{% macro location_exists(location) %}{{ return(adapter.location_exists(location)) }}{% endmacro %}

{% macro write_to_file(relation, location, options) -%}
    {%- call statement('write_to_file') -%}
        copy {{ relation }} to {{ dbt.string_literal(dbt.escape_single_quotes(location)) }} ({{ options }})
    {%- endcall -%}
{%- endmacro %}

{% macro store_relation(plugin, relation, location, format, config) %}
    {%- do adapter.store_relation(plugin, relation, adapter.get_columns_in_relation(relation), location, format, config) -%}
{% endmacro %}

{#- The options of the file, rendered; `format` and `delimiter` may also stand outside of them. -#}
{% macro render_write_options(config) %}
    {%- set options = config.get('options') or {} -%}
    {%- if options is not mapping -%}
        {%- do exceptions.raise_compiler_error('The options argument must be a dictionary') -%}
    {%- endif -%}
    {%- set rendered = {} -%}
    {%- for name, value in options.items() -%}
        {%- do rendered.update({name: render(value)}) -%}
    {%- endfor -%}
    {%- for name in ['format', 'delimiter'] if config.get(name) -%}
        {%- do rendered.update({name: render(config.get(name))}) -%}
    {%- endfor -%}
    {{ return(rendered) }}
{% endmacro %}

{#- The call that reads a file back, with its options: `read_csv('…', auto_detect=True)`. -#}
{% macro _read_file(format, location, options) -%}
    read_{{ format }}({{ dbt.string_literal(dbt.escape_single_quotes(location)) }}
    {%- for name, value in options.items() -%}
        , {{ name }}={{ dbt.string_literal(dbt.escape_single_quotes(value)) if value is string else value }}
    {%- endfor -%})
{%- endmacro %}

{#- An empty database does not have the views of external models that are not run: they are made from their files. -#}
{% macro register_upstream_external_models() %}
    {%- if execute -%}
        {%- set upstream = [] -%}
        {%- for id in selected_resources if id in graph['nodes'] -%}
            {%- for parent in graph['nodes'][id]['depends_on']['nodes'] if parent not in selected_resources and parent not in upstream -%}
                {%- do upstream.append(parent) -%}
            {%- endfor -%}
        {%- endfor -%}
        {%- for id in upstream -%}
            {%- set node = graph['nodes'].get(id) -%}
            {%- if node and node.resource_type in ['model', 'seed'] and node.config.materialized == 'external' -%}
                {%- set relation = api.Relation.create(database=node['database'], schema=node['schema'], identifier=node['alias']) -%}
                {%- set location = render(node.config.get('location') or external_location(relation, node.config)) -%}
                {%- set read_location = adapter.external_read_location(location, render_write_options(node.config)) -%}
                {%- call statement('register_schema', auto_begin=false) -%} create schema if not exists {{ relation.without_identifier() }} {%- endcall -%}
                {%- call statement('register_upstream', auto_begin=false) -%}
                    create or replace view {{ relation }} as (select * from {{ dbt.string_literal(dbt.escape_single_quotes(read_location)) }})
                {%- endcall -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
