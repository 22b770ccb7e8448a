{#- Seeds in DuckDB: rows are bound with `?`, or the file is copied where `fast` is left on. -#}

{% macro duckdb__get_binding_char() %}{{ return(adapter.get_binding_char()) }}{% endmacro %}
{% macro duckdb__get_batch_size() %}{{ return(10000) }}{% endmacro %}

{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- if not config.get('fast', true) -%}
        {{ return(default__load_csv_rows(model, adapter.convert_datetimes_to_strs(agate_table))) }}
    {%- endif -%}
    {%- set sql = 'copy ' ~ this.render() ~ ' from ' ~ dbt.string_literal(dbt.escape_single_quotes(adapter.get_seed_file_path(model)))
        ~ ' (format csv, header true, delimiter ' ~ dbt.string_literal(dbt.escape_single_quotes(config.get('delimiter', ',') or ',')) ~ ')' -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}
