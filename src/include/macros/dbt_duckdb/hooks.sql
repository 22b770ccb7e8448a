{#- A connection to DuckDB starts without a transaction, so there is none to commit before hooks outside of it. -#}
{% macro run_hooks(hooks, inside_transaction=True) %}
    {%- for hook in hooks | selectattr('transaction', 'equalto', inside_transaction) -%}
        {%- set hook_sql = render(hook.get('sql')) | trim -%}
        {%- if hook_sql -%}
            {%- call statement(auto_begin=inside_transaction) -%} {{ hook_sql }} {%- endcall -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}
