{#-
    Functions in DuckDB are macros: an expression, or a query, that stands in the place of each call.
    Arguments have no types there, and one statement makes all overloads.
-#}
{% macro duckdb__scalar_function_sql(target_relation) %}
{{ scalar_function_create_replace_signature_sql(target_relation) }}
{{ scalar_function_body_sql() }}
{% endmacro %}

{#- An expression of aggregates is an aggregate where it is called. -#}
{% macro duckdb__aggregate_function_sql(target_relation) %}
{{ get_aggregate_function_create_replace_signature(target_relation) }}
{{ scalar_function_body_sql() }}
{% endmacro %}

{% macro duckdb__table_function_sql(target_relation) %}
{{ scalar_function_create_replace_signature_sql(target_relation) }}
({{ formatted_scalar_function_args_sql() }}) as table
{{ _duckdb_function_text(model.compiled_code) }}
    {%- for overload in model.overloads -%}
, ({{ _duckdb_function_parameters(overload.arguments) }}) as table
{{ _duckdb_function_text(overload.compiled_body) }}
    {%- endfor -%}
{% endmacro %}

{% macro duckdb__scalar_function_create_replace_signature_sql(target_relation) -%}
    {%- do scalar_function_volatility_sql() -%}
create or replace macro {{ target_relation.render() }}
{%- endmacro %}
{% macro duckdb__get_aggregate_function_create_replace_signature(target_relation) %}{{ scalar_function_create_replace_signature_sql(target_relation) }}{% endmacro %}
{% macro duckdb__formatted_scalar_function_args_sql() %}{{ _duckdb_function_parameters(model.arguments) }}{% endmacro %}

{% macro duckdb__scalar_function_body_sql() -%}
({{ formatted_scalar_function_args_sql() }}) as {{ _duckdb_function_expression(model.compiled_code, model.returns) }}
    {%- for overload in model.overloads -%}
, ({{ _duckdb_function_parameters(overload.arguments) }}) as {{ _duckdb_function_expression(overload.compiled_body, overload.returns or model.returns) }}
    {%- endfor -%}
{%- endmacro %}

{#- A macro is written out where it is called, so it is as volatile as what it is made of. -#}
{% macro duckdb__scalar_function_volatility_sql() %}{{ scalar_function_volatility_javascript() }}{% endmacro %}

{% macro _duckdb_function_parameters(arguments) -%}
    {%- for argument in arguments -%}
        {{ adapter.quote(argument.name) }}
        {%- if argument.default_value is not none %} := {{ argument.default_value }}{%- endif -%}
        {{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{#- What it gives has the type that it says; the text may be an expression or a query of one value. -#}
{% macro _duckdb_function_expression(text, returns) -%}
cast((
{{ _duckdb_function_text(text) }}
) as {{ returns.data_type }})
{%- endmacro %}

{#- Other databases take a semicolon at the end of a function. -#}
{% macro _duckdb_function_text(text) %}{{ (text | trim).rstrip(';') }}{% endmacro %}

{#- Macros of values and macros of rows may have one name: what was made as the other kind before goes. -#}
{% macro duckdb__function_execute_build_sql(build_sql, existing_relation, target_relation) %}
    {%- set is_table = model.config.get('type') == 'table' -%}
    {#- A type that is not there would be found out by the first call only. -#}
    {%- for returns in [model.returns] + (model.overloads | map(attribute='returns') | select | list) if not is_table -%}
        {%- do run_query('select cast(null as ' ~ returns.data_type ~ ')') -%}
    {%- endfor -%}
    {%- call statement('drop_other_kind') -%} drop macro {{ 'table' if not is_table }} if exists {{ target_relation.render() }} {%- endcall -%}
    {%- call statement('main') -%} {{ build_sql }} {%- endcall -%}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) -%}
    {%- if config.persist_relation_docs() and model.description -%}
        {%- call statement('comment') -%} comment on macro {{ 'table' if is_table }} {{ target_relation.render() }} is {{ duckdb_escape_comment(model.description) }} {%- endcall -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
{% endmacro %}
