{#- Counts the rows that break a test, and keeps them where that is asked for. -#}
{% materialization test, default %}
    {%- set relations = [] -%}
    {%- set header = (config.get('sql_header') or '') if flags.REQUIRE_SQL_HEADER_IN_TEST_CONFIGS else '' -%}
    {%- set failing_sql = get_limit_subquery_sql(sql, config.get('limit')) -%}
    {%- if should_store_failures() -%}
        {%- set kind = config.get('store_failures_as') or 'table' -%}
        {%- if kind not in ['table', 'view'] -%}
            {{ exceptions.raise_compiler_error("'" ~ kind ~ "' is not a valid value for `store_failures_as`. Accepted values are: ['ephemeral', 'table', 'view']") }}
        {%- endif -%}
        {%- set target_relation = api.Relation.create(database=database, schema=schema, identifier=model['alias'], type=kind) -%}
        {%- set existing_relation = adapter.get_relation(database=database, schema=schema, identifier=model['alias']) -%}
        {%- if existing_relation -%}
            {%- do adapter.drop_relation(existing_relation) -%}
        {%- endif -%}
        {%- call statement(auto_begin=True) -%} {{ header }} {{ get_create_sql(target_relation, failing_sql) }} {%- endcall -%}
        {%- do relations.append(target_relation) -%}
        {%- set failing_sql = 'select * from ' ~ target_relation -%}
        {{ adapter.commit() }}
    {%- endif -%}
    {%- call statement('main', fetch_result=True) -%}
        {{ header }} {{ get_test_sql(failing_sql, config.get('fail_calc'), config.get('warn_if'), config.get('error_if'), limit=none) }}
    {%- endcall -%}
    {{ return({'relations': relations}) }}
{% endmaterialization %}
