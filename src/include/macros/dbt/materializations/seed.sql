{#- The rows of a CSV file in a table, which is emptied first where it exists. -#}
{% materialization seed, default %}
    {%- set full_refresh = should_full_refresh() -%}
    {%- set existing_relation = adapter.get_relation(database=database, schema=schema, identifier=model['alias']) -%}
    {%- set agate_table = load_agate_table() -%}
    {%- do store_result('agate_table', response='OK', agate_table=agate_table) -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if existing_relation is not none and existing_relation.is_view -%}
        {{ exceptions.raise_compiler_error("Cannot seed to '" ~ existing_relation.render() ~ "', it is a view") }}
    {%- elif existing_relation is not none -%}
        {%- set table_sql = reset_csv_table(model, full_refresh, existing_relation, agate_table) -%}
    {%- else -%}
        {%- set table_sql = create_csv_table(model, agate_table) -%}
    {%- endif -%}
    {%- set count = agate_table.rows | length -%}
    {%- set rows_sql = load_csv_rows(model, agate_table) if count > 0 else '' -%}
    {%- set code = 'CREATE' if full_refresh else 'INSERT' -%}
    {%- call noop_statement('main', code ~ ' ' ~ count, code, count) -%} {{ get_csv_sql(table_sql, rows_sql) }}; {%- endcall -%}

    {%- set target_relation = this.incorporate(type='table') -%}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {%- if full_refresh or existing_relation is none -%}
        {%- do create_indexes(target_relation) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
