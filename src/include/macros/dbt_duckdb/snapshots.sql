{#- Snapshots in DuckDB. -#}

{% macro duckdb__snapshot_get_time() -%} {{ current_timestamp() }}::timestamp {%- endmacro %}
{% macro duckdb__snapshot_string_as_time(timestamp) %}{{ return("'" ~ timestamp ~ "'::timestamp") }}{% endmacro %}

{#- Ends the rows that changed, then adds their new states. -#}
{% macro duckdb__snapshot_merge_sql(target, source, insert_cols) -%}
    {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
    update {{ target }} as DBT_INTERNAL_TARGET
    set {{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}
    from {{ source }} as DBT_INTERNAL_SOURCE
    where DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }}::text = DBT_INTERNAL_TARGET.{{ columns.dbt_scd_id }}::text
      and DBT_INTERNAL_SOURCE.dbt_change_type in ('update', 'delete')
      and {{ _snapshot_is_current('DBT_INTERNAL_TARGET.' ~ columns.dbt_valid_to) }};

    insert into {{ target }} ({{ insert_cols | join(', ') }})
    select {{ insert_cols | join(', ') }}
    from {{ source }}
    where dbt_change_type = 'insert';
{%- endmacro %}

{% macro build_snapshot_staging_table(strategy, sql, target_relation) %}
    {%- set staging = duckdb__dispatch_temporary_relation(target_relation) -%}
    {%- call statement('build_snapshot_staging_relation') -%}
        {{ create_table_as(staging.temporary, staging.relation, snapshot_staging_table(strategy, sql, target_relation)) }}
    {%- endcall -%}
    {{ return(staging.relation) }}
{% endmacro %}

{% macro duckdb__post_snapshot(temporary_relation) %}{{ return(drop_relation(temporary_relation)) }}{% endmacro %}
