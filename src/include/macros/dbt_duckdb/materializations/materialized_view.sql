{#- DuckDB has no materialized views: they are tables here, which each run refreshes by building them anew. -#}
{% materialization materialized_view, adapter='duckdb' %}
    {{ return(context['materialization_table_duckdb']()) }}
{% endmaterialization %}
