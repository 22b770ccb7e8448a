{#- Relations: finding, naming, creating, replacing, renaming and dropping them. -#}

{% macro load_cached_relation(relation) %}{{ return(adapter.get_relation(database=relation.database, schema=relation.schema, identifier=relation.identifier)) }}{% endmacro %}
{% macro load_relation(relation) %}{{ return(load_cached_relation(relation)) }}{% endmacro %}

{% macro get_or_create_relation(database, schema, identifier, type) %}{{ return(adapter.dispatch('get_or_create_relation', 'dbt')(database, schema, identifier, type)) }}{% endmacro %}
{% macro default__get_or_create_relation(database, schema, identifier, type) %}
    {%- set found = adapter.get_relation(database=database, schema=schema, identifier=identifier) -%}
    {%- if found -%}
        {{ return([true, found]) }}
    {%- endif -%}
    {{ return([false, api.Relation.create(database=database, schema=schema, identifier=identifier, type=type)]) }}
{% endmacro %}

{#- Names beside that of the relation. Each batch of a microbatch model has a temporary one of its own. -#}
{% macro make_temp_relation(base_relation, suffix='__dbt_tmp') %}
    {%- if suffix == '__dbt_tmp' and model.batch -%}
        {%- set suffix = suffix ~ '_' ~ model.batch.id -%}
    {%- endif -%}
    {{ return(adapter.dispatch('make_temp_relation', 'dbt')(base_relation, suffix)) }}
{% endmacro %}
{% macro default__make_temp_relation(base_relation, suffix) %}{{ return(base_relation.incorporate(path={'identifier': base_relation.identifier ~ suffix})) }}{% endmacro %}

{% macro make_intermediate_relation(base_relation, suffix='__dbt_tmp') %}{{ return(adapter.dispatch('make_intermediate_relation', 'dbt')(base_relation, suffix)) }}{% endmacro %}
{% macro default__make_intermediate_relation(base_relation, suffix) %}{{ return(default__make_temp_relation(base_relation, suffix)) }}{% endmacro %}

{% macro make_backup_relation(base_relation, backup_relation_type, suffix='__dbt_backup') %}{{ return(adapter.dispatch('make_backup_relation', 'dbt')(base_relation, backup_relation_type, suffix)) }}{% endmacro %}
{% macro default__make_backup_relation(base_relation, backup_relation_type, suffix) %}
    {{ return(base_relation.incorporate(path={'identifier': base_relation.identifier ~ suffix}, type=backup_relation_type)) }}
{% endmacro %}

{% macro truncate_relation(relation) %}{{ return(adapter.dispatch('truncate_relation', 'dbt')(relation)) }}{% endmacro %}
{% macro default__truncate_relation(relation) -%}
    {%- call statement('truncate_relation') -%} truncate table {{ relation.render() }} {%- endcall -%}
{%- endmacro %}

{#- Create -#}

{% macro get_create_sql(relation, sql) %}{{ adapter.dispatch('get_create_sql', 'dbt')(relation, sql) }}{% endmacro %}
{% macro default__get_create_sql(relation, sql) -%}
    {%- if relation.is_view -%} {{ get_create_view_as_sql(relation, sql) }}
    {%- elif relation.is_table -%} {{ get_create_table_as_sql(False, relation, sql) }}
    {%- elif relation.is_materialized_view -%} {{ get_create_materialized_view_as_sql(relation, sql) }}
    {%- else -%} {{ exceptions.raise_compiler_error('`get_create_sql` has not been implemented for: ' ~ relation.type) }}
    {%- endif -%}
{%- endmacro %}

{% macro get_create_table_as_sql(temporary, relation, sql) %}{{ adapter.dispatch('get_create_table_as_sql', 'dbt')(temporary, relation, sql) }}{% endmacro %}
{% macro default__get_create_table_as_sql(temporary, relation, sql) %}{{ return(create_table_as(temporary, relation, sql)) }}{% endmacro %}

{% macro create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {%- if language == 'sql' -%} {{ adapter.dispatch('create_table_as', 'dbt')(temporary, relation, compiled_code) }}
    {%- else -%} {{ adapter.dispatch('create_table_as', 'dbt')(temporary, relation, compiled_code, language) }}
    {%- endif -%}
{%- endmacro %}
{% macro default__create_table_as(temporary, relation, sql) -%}
    {{ config.get('sql_header', none) or '' }}
    create {{ 'temporary ' if temporary }}table {{ relation.include(database=(not temporary), schema=(not temporary)) }}
    {%- set contract_config = config.get('contract') -%}
    {%- if contract_config.enforced and not temporary -%}
        {{ get_assert_columns_equivalent(sql) }}
        {{ get_table_columns_and_constraints() }}
        {%- set sql = get_select_subquery(sql) -%}
    {%- endif %}
    as (
    {{ sql }}
    );
{%- endmacro %}

{% macro get_create_view_as_sql(relation, sql) %}{{ adapter.dispatch('get_create_view_as_sql', 'dbt')(relation, sql) }}{% endmacro %}
{% macro default__get_create_view_as_sql(relation, sql) %}{{ return(create_view_as(relation, sql)) }}{% endmacro %}

{% macro create_view_as(relation, sql) %}{{ adapter.dispatch('create_view_as', 'dbt')(relation, sql) }}{% endmacro %}
{% macro default__create_view_as(relation, sql) -%}
    {{ config.get('sql_header', none) or '' }}
    create view {{ relation.render() }}
    {%- set contract_config = config.get('contract') -%}
    {%- if contract_config.enforced -%} {{ get_assert_columns_equivalent(sql) }} {%- endif %}
    as (
    {{ sql }}
    );
{%- endmacro %}

{% macro create_or_replace_view() %}
    {%- set old_relation = adapter.get_relation(database=database, schema=schema, identifier=model['alias']) -%}
    {%- set target_relation = api.Relation.create(database=database, schema=schema, identifier=model['alias'], type='view') -%}
    {{ run_hooks(pre_hooks) }}
    {%- if old_relation is not none and old_relation.is_table -%}
        {{ handle_existing_table(should_full_refresh(), old_relation) }}
    {%- endif -%}
    {%- call statement('main') -%} {{ get_create_view_as_sql(target_relation, sql) }} {%- endcall -%}
    {%- set had_view = old_relation is not none and old_relation.is_view -%}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(had_view, full_refresh_mode=True)) -%}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target_relation]}) }}
{% endmacro %}

{% macro handle_existing_table(full_refresh, old_relation) %}{{ adapter.dispatch('handle_existing_table', 'dbt')(full_refresh, old_relation) }}{% endmacro %}
{% macro default__handle_existing_table(full_refresh, old_relation) %}
    {{ log('Dropping relation ' ~ old_relation.render() ~ ' because it is of type ' ~ old_relation.type) }}
    {{ adapter.drop_relation(old_relation) }}
{% endmacro %}

{% macro get_create_intermediate_sql(relation, sql) %}{{ adapter.dispatch('get_create_intermediate_sql', 'dbt')(relation, sql) }}{% endmacro %}
{% macro default__get_create_intermediate_sql(relation, sql) -%}
    {%- set intermediate_relation = make_intermediate_relation(relation) -%}
    {{ get_drop_sql(intermediate_relation) }};
    {{ get_create_sql(intermediate_relation, sql) }}
{%- endmacro %}

{% macro get_create_backup_sql(relation) %}{{ adapter.dispatch('get_create_backup_sql', 'dbt')(relation) }}{% endmacro %}
{% macro default__get_create_backup_sql(relation) -%}
    {%- set backup_relation = make_backup_relation(relation, relation.type) -%}
    {{ get_drop_sql(backup_relation) }};
    {{ get_rename_sql(relation, backup_relation.identifier) }}
{%- endmacro %}

{#- Replace: in one statement where the database has one, else by way of names beside it. -#}

{% macro get_replace_sql(existing_relation, target_relation, sql) %}{{ adapter.dispatch('get_replace_sql', 'dbt')(existing_relation, target_relation, sql) }}{% endmacro %}
{% macro default__get_replace_sql(existing_relation, target_relation, sql) -%}
    {%- set same = existing_relation.type == target_relation.type and existing_relation.can_be_replaced -%}
    {%- if same and existing_relation.is_view -%} {{ get_replace_view_sql(target_relation, sql) }}
    {%- elif same and existing_relation.is_table -%} {{ get_replace_table_sql(target_relation, sql) }}
    {%- elif same and existing_relation.is_materialized_view -%} {{ get_replace_materialized_view_sql(target_relation, sql) }}
    {%- elif target_relation.can_be_renamed -%}
        {{ get_create_intermediate_sql(target_relation, sql) }};
        {{ get_create_backup_sql(existing_relation) if existing_relation.can_be_renamed else get_drop_sql(existing_relation) }};
        {{ get_rename_intermediate_sql(target_relation) }}
        {%- if existing_relation.can_be_renamed -%}; {{ get_drop_backup_sql(existing_relation) }} {%- endif -%}
    {%- elif existing_relation.can_be_renamed -%}
        {{ get_create_backup_sql(existing_relation) }};
        {{ get_create_sql(target_relation, sql) }};
        {{ get_drop_backup_sql(existing_relation) }}
    {%- else -%}
        {{ get_drop_sql(existing_relation) }};
        {{ get_create_sql(target_relation, sql) }}
    {%- endif -%}
{%- endmacro %}

{% macro get_replace_table_sql(relation, sql) %}{{ adapter.dispatch('get_replace_table_sql', 'dbt')(relation, sql) }}{% endmacro %}
{% macro default__get_replace_table_sql(relation, sql) %}{{ exceptions.raise_compiler_error('`get_replace_table_sql` has not been implemented for this adapter.') }}{% endmacro %}
{% macro get_replace_view_sql(relation, sql) %}{{ adapter.dispatch('get_replace_view_sql', 'dbt')(relation, sql) }}{% endmacro %}
{% macro default__get_replace_view_sql(relation, sql) %}{{ exceptions.raise_compiler_error('`get_replace_view_sql` has not been implemented for this adapter.') }}{% endmacro %}

{#- Drop -#}

{% macro get_drop_sql(relation) %}{{ adapter.dispatch('get_drop_sql', 'dbt')(relation) }}{% endmacro %}
{% macro default__get_drop_sql(relation) -%}
    {%- if relation.is_view -%} {{ drop_view(relation) }}
    {%- elif relation.is_table -%} {{ drop_table(relation) }}
    {%- elif relation.is_materialized_view -%} {{ drop_materialized_view(relation) }}
    {%- else -%} drop {{ relation.type }} if exists {{ relation.render() }} cascade
    {%- endif -%}
{%- endmacro %}

{% macro drop_table(relation) %}{{ adapter.dispatch('drop_table', 'dbt')(relation) }}{% endmacro %}
{% macro default__drop_table(relation) -%} drop table if exists {{ relation.render() }} cascade {%- endmacro %}
{% macro drop_view(relation) %}{{ adapter.dispatch('drop_view', 'dbt')(relation) }}{% endmacro %}
{% macro default__drop_view(relation) -%} drop view if exists {{ relation.render() }} cascade {%- endmacro %}

{% macro drop_relation(relation) %}{{ return(adapter.dispatch('drop_relation', 'dbt')(relation)) }}{% endmacro %}
{% macro default__drop_relation(relation) -%}
    {%- call statement('drop_relation', auto_begin=False) -%} {{ get_drop_sql(relation) }} {%- endcall -%}
{%- endmacro %}

{% macro drop_relation_if_exists(relation) %}
    {%- if relation is not none -%} {{ adapter.drop_relation(relation) }} {%- endif -%}
{% endmacro %}

{% macro get_drop_backup_sql(relation) %}{{ adapter.dispatch('get_drop_backup_sql', 'dbt')(relation) }}{% endmacro %}
{% macro default__get_drop_backup_sql(relation) %}{{ get_drop_sql(make_backup_relation(relation, relation.type)) }}{% endmacro %}

{#- Rename -#}

{% macro get_rename_sql(relation, new_name) %}{{ adapter.dispatch('get_rename_sql', 'dbt')(relation, new_name) }}{% endmacro %}
{% macro default__get_rename_sql(relation, new_name) -%}
    {%- if relation.is_view -%} {{ get_rename_view_sql(relation, new_name) }}
    {%- elif relation.is_table -%} {{ get_rename_table_sql(relation, new_name) }}
    {%- elif relation.is_materialized_view -%} {{ get_rename_materialized_view_sql(relation, new_name) }}
    {%- else -%} {{ exceptions.raise_compiler_error('`get_rename_sql` has not been implemented for: ' ~ relation.type) }}
    {%- endif -%}
{%- endmacro %}

{% macro get_rename_table_sql(relation, new_name) %}{{ adapter.dispatch('get_rename_table_sql', 'dbt')(relation, new_name) }}{% endmacro %}
{% macro default__get_rename_table_sql(relation, new_name) %}{{ exceptions.raise_compiler_error('`get_rename_table_sql` has not been implemented for this adapter.') }}{% endmacro %}
{% macro get_rename_view_sql(relation, new_name) %}{{ adapter.dispatch('get_rename_view_sql', 'dbt')(relation, new_name) }}{% endmacro %}
{% macro default__get_rename_view_sql(relation, new_name) %}{{ exceptions.raise_compiler_error('`get_rename_view_sql` has not been implemented for this adapter.') }}{% endmacro %}

{% macro get_rename_intermediate_sql(relation) %}{{ adapter.dispatch('get_rename_intermediate_sql', 'dbt')(relation) }}{% endmacro %}
{% macro default__get_rename_intermediate_sql(relation) %}{{ get_rename_sql(make_intermediate_relation(relation), relation.identifier) }}{% endmacro %}

{% macro rename_relation(from_relation, to_relation) %}{{ return(adapter.dispatch('rename_relation', 'dbt')(from_relation, to_relation)) }}{% endmacro %}
{% macro default__rename_relation(from_relation, to_relation) -%}
    {%- call statement('rename_relation') -%}
        alter table {{ from_relation.render() }} rename to {{ adapter.quote_as_configured(to_relation.identifier, 'identifier') }}
    {%- endcall -%}
{%- endmacro %}
