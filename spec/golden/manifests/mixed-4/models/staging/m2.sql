{{- config(materialized='incremental',
    static_analysis='on',
    indexes=[],
    on_schema_change='append_new_columns',
    incremental_strategy='delete+insert') -}}
select 1 as id, 2 as k