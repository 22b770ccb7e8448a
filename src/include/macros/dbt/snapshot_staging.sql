{#- The changes since the last snapshot, one row each, with `dbt_change_type` insert, update or delete. -#}

{% macro snapshot_staging_table(strategy, source_sql, target_relation) %}{{ adapter.dispatch('snapshot_staging_table', 'dbt')(strategy, source_sql, target_relation) }}{% endmacro %}
{% macro default__snapshot_staging_table(strategy, source_sql, target_relation) -%}
    {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
    {%- set key = strategy.unique_key -%}
    {%- set records = strategy.hard_deletes == 'new_record' -%}
    {%- set joined = unique_key_join_on(key, 'snapshotted_data', 'source_data') -%}
    {%- set marked = 'snapshotted_data.' ~ columns.dbt_is_deleted ~ " = 'True'" -%}
    {%- set changed = '(' ~ strategy.row_changed ~ (' or ' ~ marked if records else '') ~ ')' %}
    with snapshot_query as (
{{ source_sql }}
    ),
    snapshotted_data as (
        select *, {{ unique_key_fields(key) }}
        from {{ target_relation }}
        where {{ _snapshot_is_current(columns.dbt_valid_to) }}
    ),
    keyed_source as (
        select *, {{ unique_key_fields(key) }} from snapshot_query
    ),
    insertions_source_data as (
        select *,
            {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
            {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
            {{ get_dbt_valid_to_current(strategy, columns) }},
            {{ strategy.scd_id }} as {{ columns.dbt_scd_id }}
        from keyed_source
    ),
    updates_source_data as (
        select *,
            {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
            {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
            {{ strategy.updated_at }} as {{ columns.dbt_valid_to }}
        from keyed_source
    ),
    insertions as (
        select 'insert' as dbt_change_type, source_data.* {{- ", 'False' as " ~ columns.dbt_is_deleted if records }}
        from insertions_source_data as source_data
        left join snapshotted_data on {{ joined }}
        where {{ unique_key_is_null(key, 'snapshotted_data') }}
           or ({{ unique_key_is_not_null(key, 'snapshotted_data') }} and {{ changed }})
    ),
    updates as (
        select 'update' as dbt_change_type, source_data.*, snapshotted_data.{{ columns.dbt_scd_id }}
            {{- ', snapshotted_data.' ~ columns.dbt_is_deleted if records }}
        from updates_source_data as source_data
        join snapshotted_data on {{ joined }}
        where {{ changed }}
    )
    {%- if strategy.hard_deletes in ['invalidate', 'new_record'] %}
    {%- set gone = unique_key_is_null(key, 'source_data') ~ (' and not ' ~ '(' ~ marked ~ ')' if records else '') %},
    deletes as (
        select 'delete' as dbt_change_type, source_data.*,
            {{ snapshot_get_time() }} as {{ columns.dbt_valid_from }},
            {{ snapshot_get_time() }} as {{ columns.dbt_updated_at }},
            {{ snapshot_get_time() }} as {{ columns.dbt_valid_to }},
            snapshotted_data.{{ columns.dbt_scd_id }}
            {{- ', snapshotted_data.' ~ columns.dbt_is_deleted if records }}
        from snapshotted_data
        left join keyed_source as source_data on {{ joined }}
        where {{ gone }}
    )
    {%- endif -%}
    {%- if records %},
    {%- set kept = get_list_of_column_names(get_columns_in_relation(target_relation)) %}
    deletion_records as (
        select 'insert' as dbt_change_type,
            {%- for name in get_columns_in_query(source_sql) %} {{ 'snapshotted_data' if name in kept else 'source_data' }}.{{ adapter.quote(name) }}, {%- endfor -%}
            {%- for name in ['dbt_unique_key'] if not (key | is_list) %} snapshotted_data.{{ name }}, {%- endfor -%}
            {%- for part in key if key | is_list %} snapshotted_data.dbt_unique_key_{{ loop.index }}, {%- endfor %}
            {{ snapshot_get_time() }} as {{ columns.dbt_valid_from }},
            {{ snapshot_get_time() }} as {{ columns.dbt_updated_at }},
            snapshotted_data.{{ columns.dbt_valid_to }} as {{ columns.dbt_valid_to }},
            {{ snapshot_hash_arguments([columns.dbt_scd_id, snapshot_get_time()]) }} as {{ columns.dbt_scd_id }},
            'True' as {{ columns.dbt_is_deleted }}
        from snapshotted_data
        left join keyed_source as source_data on {{ joined }}
        where {{ gone }}
    )
    {%- endif %}
    select * from insertions
    union all by name
    select * from updates
    {{ 'union all by name select * from deletes' if strategy.hard_deletes in ['invalidate', 'new_record'] }}
    {{ 'union all by name select * from deletion_records' if records }}
{%- endmacro %}
