{{ config(materialized='incremental', unique_key='id', on_schema_change='fail') }}
select 1 as id, 2 as k
{% if is_incremental() %}
where id > (select max(id) from {{ this }})
{% endif %}
