{#- Snapshots: what changed since the last one, and how it gets into the table. -#}

{#- The strategy of a name, `x` or `package.x`: the macro `snapshot_x_strategy`. -#}
{% macro strategy_dispatch(name) %}
    {%- set package_name = name.split('.', 1)[0] if '.' in name else none -%}
    {%- set search_name = 'snapshot_' ~ name.split('.', 1)[-1] ~ '_strategy' -%}
    {%- if package_name is not none and package_name not in context -%}
        {{ exceptions.raise_compiler_error("Could not find package '" ~ package_name ~ "', called with '" ~ name ~ "'") }}
    {%- endif -%}
    {%- set found = (context if package_name is none else context[package_name]).get(search_name) -%}
    {%- if not found -%}
        {{ exceptions.raise_compiler_error("The specified strategy macro '" ~ search_name ~ "' was not found" ~ (" in package '" ~ package_name ~ "'" if package_name else '')) }}
    {%- endif -%}
    {{ return(found) }}
{% endmacro %}

{% macro snapshot_hash_arguments(args) %}{{ adapter.dispatch('snapshot_hash_arguments', 'dbt')(args) }}{% endmacro %}
{% macro default__snapshot_hash_arguments(args) -%}
    md5({%- for arg in args -%} coalesce(cast({{ arg }} as varchar), '') {{ "|| '|' ||" if not loop.last }} {%- endfor -%})
{%- endmacro %}

{% macro snapshot_timestamp_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
    {%- set key = config.get('unique_key') -%}
    {%- set updated_at = config.get('updated_at') -%}
    {%- set hard_deletes = adapter.get_hard_deletes_behavior(config) -%}
    {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
    {{ return({
        'unique_key': key,
        'updated_at': updated_at,
        'row_changed': '(' ~ snapshotted_rel ~ '.' ~ columns.dbt_valid_from ~ ' < ' ~ current_rel ~ '.' ~ updated_at ~ ')',
        'scd_id': snapshot_hash_arguments(api.Relation.scd_args(key, updated_at)),
        'invalidate_hard_deletes': hard_deletes == 'invalidate',
        'hard_deletes': hard_deletes
    }) }}
{% endmacro %}

{% macro snapshot_check_strategy(node, snapshotted_rel, current_rel, model_config, target_exists) %}
    {%- set key = config.get('unique_key') -%}
    {%- set updated_at = config.get('updated_at') or snapshot_get_time() -%}
    {%- set hard_deletes = adapter.get_hard_deletes_behavior(config) -%}
    {%- set column_added, check_cols = snapshot_check_all_get_existing_columns(node, target_exists, config.get('check_cols')) -%}
    {%- set different = [] -%}
    {%- for column in check_cols or [] -%}
        {%- do different.append(snapshotted_rel ~ '.' ~ column ~ ' is distinct from ' ~ current_rel ~ '.' ~ column) -%}
    {%- endfor -%}
    {{ return({
        'unique_key': key,
        'updated_at': updated_at,
        'row_changed': '(' ~ (get_true_sql() if column_added else different | join(' or ')) ~ ')',
        'scd_id': snapshot_hash_arguments(api.Relation.scd_args(key, updated_at)),
        'invalidate_hard_deletes': hard_deletes == 'invalidate',
        'hard_deletes': hard_deletes
    }) }}
{% endmacro %}

{#- Whether a checked column is new, and the checked columns that are not. -#}
{% macro snapshot_check_all_get_existing_columns(node, target_exists, check_cols_config) %}
    {%- if not target_exists -%}
        {{ return((false, [])) }}
    {%- endif -%}
    {%- if check_cols_config == 'all' -%}
        {%- set checked = get_columns_in_query(node['compiled_code']) -%}
    {%- elif check_cols_config is iterable and check_cols_config is not string and check_cols_config -%}
        {%- set checked = get_columns_in_query('select ' ~ check_cols_config | join(', ') ~ ' from (\n' ~ node['compiled_code'] ~ '\n) subq') -%}
    {%- else -%}
        {%- do exceptions.raise_compiler_error("Invalid value for 'check_cols': " ~ check_cols_config) -%}
    {%- endif -%}
    {%- set target_relation = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
    {%- set existing = adapter.get_columns_in_relation(target_relation) | map(attribute='name') | list -%}
    {%- set known = [] -%}
    {%- for name in checked if name in existing -%}
        {%- do known.append(adapter.quote(name)) -%}
    {%- endfor -%}
    {{ return((known | length < checked | length, known)) }}
{% endmacro %}

{% macro create_columns(relation, columns) %}{{ adapter.dispatch('create_columns', 'dbt')(relation, columns) }}{% endmacro %}
{% macro default__create_columns(relation, columns) %}
    {%- for column in columns -%}
        {%- call statement() -%} alter table {{ relation.render() }} add column {{ adapter.quote(column.name) }} {{ column.expanded_data_type }}; {%- endcall -%}
    {%- endfor -%}
{% endmacro %}

{% macro post_snapshot(staging_relation) %}{{ adapter.dispatch('post_snapshot', 'dbt')(staging_relation) }}{% endmacro %}
{% macro default__post_snapshot(staging_relation) %}{% endmacro %}

{% macro get_true_sql() %}{{ adapter.dispatch('get_true_sql', 'dbt')() }}{% endmacro %}
{% macro default__get_true_sql() %}{{ return('TRUE') }}{% endmacro %}

{% macro get_snapshot_table_column_names() %}
    {%- set names = {} -%}
    {%- for name in ['dbt_valid_to', 'dbt_valid_from', 'dbt_scd_id', 'dbt_updated_at', 'dbt_is_deleted'] -%}
        {%- do names.update({name: name}) -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}

{#- The time of the run -#}
{% macro current_timestamp() %}{{ adapter.dispatch('current_timestamp', 'dbt')() }}{% endmacro %}
{% macro default__current_timestamp() %}{{ exceptions.raise_not_implemented('current_timestamp macro not implemented for adapter ' ~ adapter.type()) }}{% endmacro %}
{% macro snapshot_get_time() %}{{ adapter.dispatch('snapshot_get_time', 'dbt')() }}{% endmacro %}
{% macro default__snapshot_get_time() %}{{ current_timestamp() }}{% endmacro %}
{% macro get_snapshot_get_time_data_type() %}{{ return(get_column_schema_from_query('select ' ~ snapshot_get_time() ~ ' as dbt_snapshot_time')[0].dtype or none) }}{% endmacro %}
{% macro snapshot_string_as_time(timestamp) %}{{ adapter.dispatch('snapshot_string_as_time', 'dbt')(timestamp) }}{% endmacro %}
{% macro default__snapshot_string_as_time(timestamp) %}{{ exceptions.raise_not_implemented('snapshot_string_as_time macro not implemented for adapter ' ~ adapter.type()) }}{% endmacro %}

{#- Warns when the time of the rows and the time of the run can't be compared well. -#}
{% macro check_time_data_types(sql) %}
    {%- set of_rows = get_updated_at_column_data_type(sql) -%}
    {%- set of_run = get_snapshot_get_time_data_type() -%}
    {%- if of_rows is not none and of_run is not none and of_rows != of_run -%}
        {{ exceptions.warn_snapshot_timestamp_data_types(of_run, of_rows) }}
    {%- endif -%}
{% endmacro %}
{% macro get_updated_at_column_data_type(snapshot_sql) %}
    {%- for column in get_column_schema_from_query(snapshot_sql) if column.column | lower == 'dbt_updated_at' -%}
        {{ return(column.dtype or none) }}
    {%- endfor -%}
    {{ return(none) }}
{% endmacro %}

{% macro get_dbt_valid_to_current(strategy, columns) -%}
    coalesce(nullif({{ strategy.updated_at }}, {{ strategy.updated_at }}), {{ config.get('dbt_valid_to_current') or 'null' }}) as {{ columns.dbt_valid_to }}
{%- endmacro %}

{#- The key as columns of its own, so that keys of one and of many columns are used alike. -#}
{% macro unique_key_fields(unique_key) -%}
    {%- if unique_key | is_list -%}
        {%- for key in unique_key -%} {{ key }} as dbt_unique_key_{{ loop.index }}{{ ', ' if not loop.last }} {%- endfor -%}
    {%- else -%} {{ unique_key }} as dbt_unique_key
    {%- endif -%}
{%- endmacro %}
{% macro unique_key_join_on(unique_key, identifier, from_identifier) -%}
    {%- if unique_key | is_list -%}
        {%- for key in unique_key -%}
            {{ equals(identifier ~ '.dbt_unique_key_' ~ loop.index, from_identifier ~ '.dbt_unique_key_' ~ loop.index) }} {{ ' and ' if not loop.last }}
        {%- endfor -%}
    {%- else -%} {{ identifier }}.dbt_unique_key = {{ from_identifier }}.dbt_unique_key
    {%- endif -%}
{%- endmacro %}
{% macro unique_key_is_null(unique_key, identifier) -%} {{ identifier }}.dbt_unique_key{{ '_1' if unique_key | is_list }} is null {%- endmacro %}
{% macro unique_key_is_not_null(unique_key, identifier) -%} {{ identifier }}.dbt_unique_key{{ '_1' if unique_key | is_list }} is not null {%- endmacro %}

{#- The first state of a snapshot -#}
{% macro build_snapshot_table(strategy, sql) %}{{ adapter.dispatch('build_snapshot_table', 'dbt')(strategy, sql) }}{% endmacro %}
{% macro default__build_snapshot_table(strategy, sql) %}
    {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() %}
    select *,
        {{ strategy.scd_id }} as {{ columns.dbt_scd_id }},
        {{ strategy.updated_at }} as {{ columns.dbt_updated_at }},
        {{ strategy.updated_at }} as {{ columns.dbt_valid_from }},
        {{ get_dbt_valid_to_current(strategy, columns) }}
        {%- if strategy.hard_deletes == 'new_record' %}, 'False' as {{ columns.dbt_is_deleted }} {%- endif %}
    from (
{{ sql }}
    ) sbq
{% endmacro %}

{% macro build_snapshot_staging_table(strategy, sql, target_relation) %}
    {%- set staging_relation = make_temp_relation(target_relation) -%}
    {%- call statement('build_snapshot_staging_relation') -%}
        {{ create_table_as(True, staging_relation, snapshot_staging_table(strategy, sql, target_relation)) }}
    {%- endcall -%}
    {{ return(staging_relation) }}
{% endmacro %}

{% macro snapshot_merge_sql(target, source, insert_cols) %}{{ adapter.dispatch('snapshot_merge_sql', 'dbt')(target, source, insert_cols) }}{% endmacro %}
{% macro default__snapshot_merge_sql(target, source, insert_cols) -%}
    {%- set columns = config.get('snapshot_table_column_names') or get_snapshot_table_column_names() -%}
    merge into {{ target.render() }} as DBT_INTERNAL_DEST
    using {{ source }} as DBT_INTERNAL_SOURCE
    on DBT_INTERNAL_SOURCE.{{ columns.dbt_scd_id }} = DBT_INTERNAL_DEST.{{ columns.dbt_scd_id }}
    when matched
        and {{ _snapshot_is_current('DBT_INTERNAL_DEST.' ~ columns.dbt_valid_to) }}
        and DBT_INTERNAL_SOURCE.dbt_change_type in ('update', 'delete')
        then update set {{ columns.dbt_valid_to }} = DBT_INTERNAL_SOURCE.{{ columns.dbt_valid_to }}
    when not matched and DBT_INTERNAL_SOURCE.dbt_change_type = 'insert'
        then insert ({{ insert_cols | join(', ') }}) values ({{ insert_cols | join(', ') }})
{%- endmacro %}

{#- Whether the end of a row says that the row still holds. -#}
{% macro _snapshot_is_current(valid_to) -%}
    {%- set current = config.get('dbt_valid_to_current') -%}
    ({{ equals(valid_to, current) ~ ' or ' if current }}{{ valid_to }} is null)
{%- endmacro %}
