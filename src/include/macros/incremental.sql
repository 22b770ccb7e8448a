{#- True when an incremental model adds to what is there: its table exists and no full refresh is asked for. -#}
{% macro is_incremental() %}
    {%- if not execute -%}
        {{ return(false) }}
    {%- endif -%}
    {%- set existing = load_relation(this) -%}
    {{ return(
        existing is not none
        and existing.type == 'table'
        and config.get('materialized') == 'incremental'
        and not should_full_refresh()
    ) }}
{% endmacro %}

{#- `full_refresh` of the model wins over the flag, in both directions. -#}
{% macro should_full_refresh() %}
    {%- set configured = config.get('full_refresh') -%}
    {{ return(flags.FULL_REFRESH if configured is none else configured) }}
{% endmacro %}

{% macro load_relation(relation) %}
    {{ return(adapter.get_relation(
        database=relation.database,
        schema=relation.schema,
        identifier=relation.identifier
    )) }}
{% endmacro %}

{% macro load_cached_relation(relation) %}
    {{ return(load_relation(relation)) }}
{% endmacro %}
