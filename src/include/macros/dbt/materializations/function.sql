{#- A function is made anew each time, by the macro for its type and language: `scalar_function_sql`. -#}
{% materialization function, default, supported_languages=['sql', 'python', 'javascript'] %}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type=this.Function) -%}
    {%- set build = adapter.dispatch(this.get_function_macro_name(this.get_function_config(model)), 'dbt') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {{ function_execute_build_sql(build(target_relation), existing_relation, target_relation) }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
