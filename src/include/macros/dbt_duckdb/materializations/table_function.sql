{#- A query with parameters, as a function that is called like a table: `from {{ ref('x') }}(1)`. -#}
{% materialization table_function, adapter='duckdb' %}
    {%- set target_relation = api.Relation.create(database=database, schema=schema, identifier=model['alias'], type='view') -%}
    {%- set parameters = config.get('parameters') or [] -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {%- call statement('main') -%}
        create or replace function {{ target_relation.render() }}({{ parameters if parameters is string or parameters is number else parameters | join(', ') }}) as table (
{{ sql }}
        );
    {%- endcall -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
