{#- Pre- and post-hooks, and what says when they run. -#}

{#- Runs the hooks that belong inside, or outside, of the transaction. -#}
{% macro run_hooks(hooks, inside_transaction=True) %}
    {%- for hook in hooks | selectattr('transaction', 'equalto', inside_transaction) -%}
        {%- if not inside_transaction and loop.first -%}
            {%- call statement(auto_begin=inside_transaction) -%} commit; {%- endcall -%}
        {%- endif -%}
        {%- set hook_sql = render(hook.get('sql')) | trim -%}
        {%- if hook_sql -%}
            {%- call statement(auto_begin=inside_transaction) -%} {{ hook_sql }} {%- endcall -%}
        {%- endif -%}
    {%- endfor -%}
{% endmacro %}

{% macro before_begin(sql) %}{{ return(make_hook_config(sql, inside_transaction=False)) }}{% endmacro %}
{% macro in_transaction(sql) %}{{ return(make_hook_config(sql, inside_transaction=True)) }}{% endmacro %}
{% macro after_commit(sql) %}{{ return(make_hook_config(sql, inside_transaction=False)) }}{% endmacro %}
{% macro make_hook_config(sql, inside_transaction) %}{{ return(tojson({'sql': sql, 'transaction': inside_transaction})) }}{% endmacro %}
