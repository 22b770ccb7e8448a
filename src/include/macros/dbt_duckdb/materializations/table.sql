{#- A table is filled under a name beside its own; one with foreign keys is built under its own name. -#}
{% materialization table, adapter='duckdb' %}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set intermediate_relation = make_intermediate_relation(target_relation) -%}
    {%- set backup_relation = make_backup_relation(target_relation, 'table' if existing_relation is none else existing_relation.type) -%}
    {%- set in_place = has_foreign_key_constraints(existing_relation) -%}

    {{ drop_relation_if_exists(load_cached_relation(intermediate_relation)) }}
    {{ drop_relation_if_exists(load_cached_relation(backup_relation)) }}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if in_place and existing_relation is not none -%}
        {%- do drop_relation_for_rebuild(existing_relation) -%}
    {%- endif -%}
    {%- call statement('main', language=model['language']) -%}
        {{ create_table_as(
            False, target_relation if in_place else intermediate_relation, compiled_code, model['language'],
            partitioned_by=duckdb__get_partitioned_by(target_relation, false),
            sorted_by=duckdb__get_sorted_by(target_relation, false)
        ) }}
    {%- endcall -%}
    {%- if not in_place -%}
        {%- if existing_relation is not none -%}
            {%- do drop_indexes_on_relation(existing_relation) -%}
            {{ adapter.rename_relation(existing_relation, backup_relation) }}
        {%- endif -%}
        {{ adapter.rename_relation(intermediate_relation, target_relation) }}
    {%- endif -%}
    {%- do create_indexes(target_relation) -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ drop_relation_if_exists(backup_relation) }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
