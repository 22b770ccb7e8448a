{#- How a batch gets into an incremental table of DuckDB. -#}

{% macro duckdb__get_incremental_default_sql(arg_dict) %}{{ return(get_incremental_delete_insert_sql(arg_dict)) }}{% endmacro %}

{#- Several keys are compared one by one: rows without one of them match nothing. -#}
{% macro duckdb__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
    {%- if unique_key is string -%}
    delete from {{ target }}
    where ({{ unique_key }}) in (select ({{ unique_key }}) from {{ source }})
    {%- for predicate in incremental_predicates or [] %} and {{ predicate }} {%- endfor -%};
    {%- elif unique_key -%}
    delete from {{ target }} as DBT_INCREMENTAL_TARGET
    using {{ source }}
    where (
        {%- for key in unique_key %} {{ source }}.{{ key }} = DBT_INCREMENTAL_TARGET.{{ key }} {{ 'and' if not loop.last }} {%- endfor -%}
        {%- for predicate in incremental_predicates or [] %} and {{ predicate }} {%- endfor -%}
    );
    {%- endif %}
    {{ get_insert_into_sql(target, source, dest_columns) }}
{%- endmacro %}

{#- Replaces the rows of one batch: those whose time is in its window. -#}
{% macro duckdb__get_incremental_microbatch_sql(arg_dict) -%}
    {%- set event_time = config.get('event_time') -%}
    {%- if not event_time -%}
        {{ exceptions.raise_compiler_error("microbatch incremental strategy requires an 'event_time' model config") }}
    {%- endif -%}
    {%- if config.get('unique_key') -%}
        {{ exceptions.raise_compiler_error("microbatch incremental strategy does not support 'unique_key': each batch replaces its rows by 'event_time'. Remove the key, or use the strategy merge.") }}
    {%- endif -%}
    {%- set batch = model.get('batch') or {} -%}
    {%- if not batch.get('event_time_start') or not batch.get('event_time_end') -%}
        {{ exceptions.raise_compiler_error("microbatch incremental strategy requires 'batch.event_time_start' and 'batch.event_time_end' to be set in the context") }}
    {%- endif -%}
    {%- set window = event_time ~ " >= '" ~ batch['event_time_start'] ~ "' and " ~ event_time ~ " < '" ~ batch['event_time_end'] ~ "'" -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    delete from {{ arg_dict['target_relation'] }}
    where {{ window }}
    {%- for predicate in normalize_incremental_predicates(arg_dict.get('incremental_predicates')) %} and ({{ predicate }}) {%- endfor -%};
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
    where {{ window }};
{%- endmacro %}

{% macro normalize_incremental_predicates(incremental_predicates) %}{{ return(normalize_string_or_list(incremental_predicates, 'incremental_predicates')) }}{% endmacro %}
