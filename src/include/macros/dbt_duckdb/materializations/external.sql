{#- A file, and a view that reads it. -#}
{% materialization external, adapter='duckdb' %}
    {%- set location = render(config.get('location') or external_location(this, config)) | trim -%}
    {%- set options = render_write_options(config) -%}
    {%- set write_options = adapter.external_write_options(location, options) -%}
    {%- set format = config.get('format') -%}
    {%- if format and format not in ['csv', 'parquet', 'json'] -%}
        {{ exceptions.raise_compiler_error('Invalid format: ' ~ format ~ '. Allowed formats are: csv, parquet, json') }}
    {%- elif not format -%}
        {%- set format = options['format'] | lower if options['format'] | lower in ['csv', 'json'] else 'parquet' -%}
    {%- endif -%}
    {%- set defaults = {'union_by_name': False} if format == 'parquet' else {'auto_detect': True} -%}
    {%- set read_options = dict(config.get(format ~ '_read_options') or defaults) -%}
    {#- Compression is seen from an ending in lower case only. -#}
    {%- if format != 'parquet' and options.get('compression') and 'compression' not in read_options -%}
        {%- do read_options.update({'compression': options['compression']}) -%}
    {%- endif -%}

    {%- set existing_relation = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='view') -%}
    {%- set temp_relation = make_intermediate_relation(this.incorporate(type='table'), suffix='__dbt_tmp') -%}
    {%- set intermediate_relation = make_intermediate_relation(target_relation, suffix='__dbt_int') -%}
    {%- set backup_relation = make_backup_relation(target_relation, 'table' if existing_relation is none else existing_relation.type) -%}
    {{ drop_relation_if_exists(load_cached_relation(intermediate_relation)) }}
    {{ drop_relation_if_exists(load_cached_relation(temp_relation)) }}
    {{ drop_relation_if_exists(load_cached_relation(backup_relation)) }}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- call statement('create_table', language=model['language']) -%}
        {{ create_table_as(False, temp_relation, compiled_code, model['language']) }}
    {%- endcall -%}
    {#- A file without rows does not tell its columns: it gets one row of nulls, which the view leaves out. -#}
    {%- set columns = adapter.get_columns_in_relation(temp_relation) -%}
    {%- set empty = run_query('select count(*) from ' ~ temp_relation).rows[0][0] == 0 -%}
    {%- if empty -%}
        {%- do run_query('insert into ' ~ temp_relation ~ ' default values') -%}
    {%- endif -%}
    {#- Written beside its place, so that readers find the old file or the new one. -#}
    {%- set staged = adapter.staged_location(location, options) -%}
    {{ write_to_file(temp_relation, staged, write_options) }}
    {%- do adapter.publish_location(staged, location) -%}
    {%- call statement('main') -%}
        create or replace view {{ intermediate_relation }} as (
            select * from {{ _read_file(format, adapter.external_read_location(location, options), read_options) }}
            {%- if empty %} where {% for column in columns -%} {{ column.quoted }} is not null{{ ' and ' if not loop.last }} {%- endfor -%} {%- endif %}
        );
    {%- endcall -%}
    {%- if existing_relation is not none -%}
        {{ adapter.rename_relation(existing_relation, backup_relation) }}
    {%- endif -%}
    {{ adapter.rename_relation(intermediate_relation, target_relation) }}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=True)) -%}
    {%- do persist_docs(target_relation, model) -%}
    {{ adapter.commit() }}
    {{ drop_relation_if_exists(backup_relation) }}
    {{ drop_relation_if_exists(temp_relation) }}
    {%- if config.get('plugin') is not none or config.get('glue_register', default=false) is true -%}
        {%- do store_relation(config.get('plugin') or 'glue', target_relation, location, format, config) -%}
    {%- endif -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
