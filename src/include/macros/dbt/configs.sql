{#- Questions to the configuration of the running node that flags can answer, too. -#}

{#- `full_refresh` of the model wins over the flag, in both directions. -#}
{% macro should_full_refresh() %}
    {%- set configured = config.get('full_refresh') -%}
    {{ return(flags.FULL_REFRESH if configured is none else configured) }}
{% endmacro %}

{#- Whether failing rows of the running test are kept: its own setting, else the flag. -#}
{% macro should_store_failures() %}
    {%- set configured = config.get('store_failures') -%}
    {{ return(flags.STORE_FAILURES if configured is none or configured == '' else configured) }}
{% endmacro %}

{% macro set_sql_header(config) -%}
    {%- do config.set('sql_header', caller()) -%}
{%- endmacro %}

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
