{#- MERGE with all that DuckDB's takes: its clauses from `merge_clauses`, or from the basic settings. -#}

{% macro duckdb__get_incremental_merge_sql(args_dict) %}
    {{ return(duckdb__get_merge_sql(
        args_dict['target_relation'], args_dict['temp_relation'], args_dict['unique_key'],
        args_dict['dest_columns'], args_dict.get('incremental_predicates')
    )) }}
{% endmacro %}

{% macro duckdb__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
    {{ validate_merge_config(config, target) }}
    {%- set defaults = merge_clause_defaults(
        config.get('merge_update_condition'), config.get('merge_insert_condition'),
        config.get('merge_update_columns') or [], config.get('merge_exclude_columns') or [],
        config.get('merge_update_set_expressions') or {}
    ) -%}
    {%- set chosen = config.get('merge_update_columns') or config.get('merge_exclude_columns') or config.get('merge_update_set_expressions') -%}
    {%- set clauses = config.get('merge_clauses') or {} -%}
    {%- set matched = clauses.get('when_matched', [defaults.when_matched_update_explicit if chosen else defaults.when_matched_update_by_name]) -%}
    {%- set not_matched = clauses.get('when_not_matched', [defaults.when_not_matched_insert_by_name]) -%}
    {{ config.get('sql_header', none) or '' }}
    merge into {{ target }} as DBT_INTERNAL_DEST
        using {{ source }} as DBT_INTERNAL_SOURCE
        {{ duckdb__merge_join_clause(unique_key, config.get('merge_on_using_columns'), normalize_incremental_predicates(incremental_predicates)) }}
    {%- for clause in matched %}
    when matched {{ _merge_condition(clause) }} then {{ _merge_action(clause, clause.get('update', {}).get('set_expressions', {}), dest_columns) }}
    {%- endfor -%}
    {%- for clause in not_matched %}
    when not matched {{ 'by ' ~ clause['by'] if clause.get('by') }} {{ _merge_condition(clause) }} then {{ _merge_action(clause, clause.get('set_expressions', {}), none) }}
    {%- endfor -%}
    {%- set returning = config.get('merge_returning_columns') -%}
    {%- if returning %}
    returning {{ returning | join(', ') }}
    {%- endif -%}
{%- endmacro %}

{% macro duckdb__merge_join_clause(unique_key, merge_on_using_columns, incremental_predicates) -%}
    {%- set conditions = [] -%}
    {%- if merge_on_using_columns -%}
        using ({{ merge_on_using_columns | join(', ') }})
    {%- elif not unique_key -%}
        {%- do conditions.append('FALSE') -%}
    {%- else -%}
        {%- set keys = [unique_key] if unique_key is string else unique_key -%}
        {%- for key in keys -%}
            {%- do conditions.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do conditions.extend(incremental_predicates or []) -%}
    {%- if conditions %} on ({{ conditions | join(') and (') }}) {%- endif -%}
{%- endmacro %}

{% macro _merge_condition(clause) -%}
    {%- set condition = clause.get('condition') -%}
    {%- if condition is string and condition -%} and {{ condition }}
    {%- elif condition -%} and ({{ condition | join(') and (') }})
    {%- endif -%}
{%- endmacro %}

{#- One `then` of a clause. Columns that have an expression are not set a second time from the batch. -#}
{% macro _merge_action(clause, set_expressions, dest_columns) -%}
    {%- set action = clause.get('action') -%}
    {%- set mode = clause.get('mode') -%}
    {%- set inserted = clause.get('insert', {}) -%}
    {%- if action == 'delete' -%} delete
    {%- elif action == 'do_nothing' -%} do nothing
    {%- elif action == 'error' -%} error {{ dbt.string_literal(dbt.escape_single_quotes(clause['error_message'])) if clause.get('error_message') }}
    {%- elif mode == 'by_name' -%} {{ action }} by name
    {%- elif mode == 'by_position' -%} {{ action }} by position
    {%- elif mode == 'star' -%} {{ 'update set *' if action == 'update' else 'insert *' }}
    {%- elif action == 'insert' -%} insert ({{ inserted.get('columns', []) | join(', ') }}) values ({{ inserted.get('values', []) | join(', ') }})
    {%- elif action == 'update' -%}
        {%- set parts = [] -%}
        {%- for column, expression in set_expressions.items() -%}
            {%- do parts.append(column ~ ' = ' ~ expression) -%}
        {%- endfor -%}
        {%- if dest_columns is not none -%}
            {%- set chosen = clause.get('update', {}) -%}
            {%- for column in get_merge_update_columns(chosen.get('include', []), chosen.get('exclude', []), dest_columns) -%}
                {%- if column | replace('"', '') not in set_expressions -%}
                    {%- do parts.append(column ~ ' = DBT_INTERNAL_SOURCE.' ~ column) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
        update set {{ parts | join(', ') }}
    {%- endif -%}
{%- endmacro %}

{% macro merge_clause_defaults(merge_update_condition, merge_insert_condition, merge_update_columns=[], merge_exclude_columns=[], merge_update_set_expressions={}) %}
    {{ return({
        'when_matched_update_by_name': {'action': 'update', 'mode': 'by_name', 'condition': merge_update_condition},
        'when_matched_update_explicit': {
            'action': 'update', 'mode': 'explicit', 'condition': merge_update_condition,
            'update': {
                'include': merge_update_columns,
                'exclude': merge_exclude_columns,
                'set_expressions': merge_update_set_expressions
            }
        },
        'when_not_matched_insert_by_name': {'action': 'insert', 'mode': 'by_name', 'condition': merge_insert_condition}
    }) }}
{% endmacro %}

{#- The settings are checked all at once, so that one run tells everything that is wrong. -#}
{% macro validate_merge_config(config, target_relation=none) %}
    {%- set errors = [] -%}
    {%- set fields = {
        'merge_update_condition': 'string',
        'merge_insert_condition': 'string',
        'merge_on_using_columns': 'sequence',
        'merge_update_columns': 'sequence',
        'merge_update_set_expressions': 'mapping',
        'merge_exclude_columns': 'sequence',
        'merge_returning_columns': 'sequence'
    } -%}
    {%- for name, kind in fields.items() -%}
        {%- if kind == 'string' -%} {%- do validate_string_field(config.get(name), name, errors) -%}
        {%- elif kind == 'sequence' -%} {%- do validate_string_list_field(config.get(name), name, errors) -%}
        {%- else -%} {%- do validate_dict_field(config.get(name), name, errors) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- do validate_merge_clauses(config, fields, errors) -%}
    {%- if not errors -%}
        {%- do validate_ducklake_restrictions(config, target_relation, errors) -%}
    {%- endif -%}
    {%- if errors -%}
        {{ exceptions.raise_compiler_error('MERGE configuration errors:\n' ~ errors | join('\n')) }}
    {%- endif -%}
{% endmacro %}

{% macro validate_merge_clauses(config, base_configuration_fields, errors) %}
    {%- set clauses = config.get('merge_clauses') -%}
    {%- if clauses is not none and clauses is not mapping -%}
        {%- do errors.append('merge_clauses must be a dictionary, found: ' ~ clauses) -%}
    {%- elif clauses is not none -%}
        {%- if 'when_matched' not in clauses and 'when_not_matched' not in clauses -%}
            {%- do errors.append("merge_clauses must contain at least one of 'when_matched' or 'when_not_matched' keys") -%}
        {%- endif -%}
        {%- for kind in ['when_matched', 'when_not_matched'] if kind in clauses -%}
            {%- do validate_merge_clause_list(clauses, kind, errors) -%}
        {%- endfor -%}
        {%- set ignored = [] -%}
        {%- for name in base_configuration_fields if name not in ['merge_on_using_columns', 'merge_returning_columns'] and config.get(name) -%}
            {%- do ignored.append(name) -%}
        {%- endfor -%}
        {%- if ignored -%}
            {%- do errors.append('merge_clauses replaces these settings, which should be removed: ' ~ ignored | join(', ')) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro validate_merge_clause_list(merge_clauses, clause_type, errors) %}
    {%- set list = merge_clauses.get(clause_type) -%}
    {%- if list is string or list is mapping or list is not sequence -%}
        {%- do errors.append('merge_clauses.' ~ clause_type ~ ' must be a list') -%}
    {%- elif not list -%}
        {%- do errors.append('merge_clauses.' ~ clause_type ~ ' must contain at least one element') -%}
    {%- else -%}
        {%- for clause in list if clause is not mapping -%}
            {%- do errors.append('merge_clauses.' ~ clause_type ~ ' elements must be dictionaries, found: ' ~ clause) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{% macro validate_ducklake_restrictions(config, target_relation, errors) %}
    {%- if target_relation and adapter.is_ducklake(target_relation) -%}
        {%- if config.get('merge_returning_columns') -%}
            {%- do errors.append('DuckLake has no RETURNING: merge_returning_columns can not be used') -%}
        {%- endif -%}
        {%- set clauses = config.get('merge_clauses') or {} -%}
        {%- set writes = (clauses.get('when_matched', []) + clauses.get('when_not_matched', [])) | selectattr('action', 'in', ['update', 'delete']) | list -%}
        {%- if writes | length > 1 -%}
            {%- do errors.append('DuckLake takes one update or delete in a MERGE, found ' ~ writes | length) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{% macro validate_string_field(field_value, field_name, errors) %}
    {%- if field_value is not none and field_value is not string -%}
        {%- do errors.append(field_name ~ ' must be a string, found: ' ~ field_value) -%}
    {%- endif -%}
{% endmacro %}

{% macro validate_string_list_field(field_value, field_name, errors) %}
    {%- if field_value is string or field_value is mapping or (field_value is not none and field_value is not sequence) -%}
        {%- do errors.append(field_name ~ ' must be a list') -%}
    {%- else -%}
        {%- for item in field_value or [] if item is not string -%}
            {%- do errors.append(field_name ~ ' must contain only string values, found: ' ~ item) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}

{% macro validate_dict_field(field_value, field_name, errors) %}
    {%- if field_value is not none and field_value is not mapping -%}
        {%- do errors.append(field_name ~ ' must be a dictionary, found: ' ~ field_value) -%}
    {%- endif -%}
{% endmacro %}
