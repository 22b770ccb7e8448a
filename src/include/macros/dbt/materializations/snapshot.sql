{#- A table of every state that rows have had. -#}
{% materialization snapshot, default %}
    {%- set unique_key = config.get('unique_key') -%}
    {%- set target_exists, target_relation = get_or_create_relation(
        database=model.database, schema=model.schema, identifier=model.get('alias', model.get('name')), type='table'
    ) -%}
    {%- if not target_relation.is_table -%}
        {%- do exceptions.relation_wrong_type(target_relation, 'table') -%}
    {%- endif -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set strategy = strategy_dispatch(config.get('strategy'))(model, 'snapshotted_data', 'source_data', model['config'], target_exists) -%}
    {%- if not target_exists -%}
        {%- set query_sql = build_snapshot_table(strategy, model['compiled_code']) -%}
        {%- set build_sql = create_table_as(False, target_relation, query_sql) -%}
    {%- else -%}
        {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
        {{ adapter.assert_valid_snapshot_target_given_strategy(target_relation, columns, strategy) }}
        {%- set query_sql = snapshot_staging_table(strategy, sql, target_relation) -%}
        {%- set staging_relation = build_snapshot_staging_table(strategy, sql, target_relation) -%}
        {%- do adapter.expand_target_column_types(from_relation=staging_relation, to_relation=target_relation) -%}
        {#- Columns of the staging table that are not of the snapshot. -#}
        {%- set own = ['dbt_change_type', 'dbt_unique_key'] -%}
        {%- if unique_key | is_list -%}
            {%- for _ in unique_key -%} {%- do own.append('dbt_unique_key_' ~ loop.index) -%} {%- endfor -%}
        {%- endif -%}
        {%- do create_columns(target_relation, adapter.get_missing_columns(staging_relation, target_relation) | rejectattr('name', 'in', own) | list) -%}
        {%- set insert_cols = [] -%}
        {%- for column in adapter.get_columns_in_relation(staging_relation) if column.name not in own -%}
            {%- do insert_cols.append(adapter.quote(column.name)) -%}
        {%- endfor -%}
        {%- set build_sql = snapshot_merge_sql(target=target_relation, source=staging_relation, insert_cols=insert_cols) -%}
    {%- endif -%}
    {{ check_time_data_types(query_sql) }}
    {%- call statement('main') -%} {{ build_sql }} {%- endcall -%}

    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(target_exists, full_refresh_mode=False)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {%- if not target_exists -%}
        {%- do create_indexes(target_relation) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {%- if staging_relation is defined -%}
        {%- do post_snapshot(staging_relation) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
