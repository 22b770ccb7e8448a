{#- A table that grows: built whole the first time, and later given the batch its query selects. -#}
{% materialization incremental, adapter='duckdb' %}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set intermediate_relation = make_intermediate_relation(target_relation) -%}
    {%- set backup_relation = make_backup_relation(target_relation, 'table' if existing_relation is none else existing_relation.type) -%}
    {%- set whole = existing_relation is none or existing_relation.is_view or should_full_refresh() -%}
    {%- set in_place = whole and (existing_relation is none or has_foreign_key_constraints(existing_relation)) -%}
    {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}

    {{ drop_relation_if_exists(load_cached_relation(intermediate_relation)) }}
    {{ drop_relation_if_exists(load_cached_relation(backup_relation)) }}
    {%- set batch = duckdb__dispatch_temporary_relation(target_relation, adapter.batch_id_for_model(model)) -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if whole -%}
        {%- if in_place and existing_relation is not none -%}
            {%- do drop_relation_for_rebuild(existing_relation) -%}
        {%- endif -%}
        {%- set build_sql = create_table_as(
            False, target_relation if in_place else intermediate_relation, compiled_code, model['language'],
            partitioned_by=duckdb__get_partitioned_by(target_relation, false),
            sorted_by=duckdb__get_sorted_by(target_relation, false)
        ) -%}
    {%- else -%}
        {%- call statement('create_temp_relation', language=model['language']) -%}
            {{ create_table_as(batch.temporary, batch.relation, compiled_code, model['language']) }}
        {%- endcall -%}
        {%- do adapter.expand_target_column_types(from_relation=batch.relation, to_relation=target_relation) -%}
        {%- set dest_columns = process_schema_changes(on_schema_change, batch.relation, existing_relation) or adapter.get_columns_in_relation(existing_relation) -%}
        {%- set strategy = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') -%}
        {%- set build_sql = strategy({
            'target_relation': target_relation,
            'temp_relation': batch.relation,
            'unique_key': config.get('unique_key'),
            'dest_columns': dest_columns,
            'incremental_predicates': config.get('predicates', none) or config.get('incremental_predicates', none)
        }) -%}
    {%- endif -%}
    {%- call statement('main') -%} {{ build_sql }} {%- endcall -%}
    {%- if whole and not in_place -%}
        {%- do drop_indexes_on_relation(existing_relation) -%}
        {%- do adapter.rename_relation(existing_relation, backup_relation) -%}
        {%- do adapter.rename_relation(intermediate_relation, target_relation) -%}
    {%- endif -%}

    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, whole)) -%}
    {%- if whole -%}
        {%- do create_indexes(target_relation) -%}
    {%- endif -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do adapter.commit() -%}
    {%- if whole and not in_place -%}
        {%- do adapter.drop_relation(backup_relation) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
