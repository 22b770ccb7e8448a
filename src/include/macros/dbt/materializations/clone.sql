{#-
    `tsdbt clone`: a copy of what another state of the project has, where the database can copy tables,
    else a view of it. The model's SQL is `select * from` that relation here.
-#}
{% materialization clone, default %}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- if not defer_relation -%}
        {{ log(model.unique_id ~ ' is not in the state', info=True) }}
        {{ return({'relations': []}) }}
    {%- elif existing_relation and not flags.FULL_REFRESH -%}
        {{ log(existing_relation ~ ' is there already', info=True) }}
        {{ return({'relations': []}) }}
    {%- endif -%}

    {%- set other_relation = load_cached_relation(defer_relation) -%}
    {%- if not (other_relation and other_relation.type == 'table' and can_clone_table()) -%}
        {%- set view = context.get('materialization_view_' ~ adapter.type(), context['materialization_view_default']) -%}
        {{ return(view()) }}
    {%- endif -%}

    {%- set target_relation = this.incorporate(type='table') -%}
    {%- if existing_relation is not none and not existing_relation.is_table -%}
        {{ drop_relation_if_exists(existing_relation) }}
    {%- endif -%}
    {%- call statement('main') -%}
        {{ create_or_replace_clone(target_relation, defer_relation) }}
    {%- endcall -%}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% macro can_clone_table() %}
    {{ return(adapter.dispatch('can_clone_table', 'dbt')()) }}
{% endmacro %}

{% macro default__can_clone_table() %}
    {{ return(False) }}
{% endmacro %}

{% macro create_or_replace_clone(this_relation, defer_relation) %}
    {{ return(adapter.dispatch('create_or_replace_clone', 'dbt')(this_relation, defer_relation)) }}
{% endmacro %}

{% macro default__create_or_replace_clone(this_relation, defer_relation) %}
    create or replace table {{ this_relation }} clone {{ defer_relation }}
{% endmacro %}
