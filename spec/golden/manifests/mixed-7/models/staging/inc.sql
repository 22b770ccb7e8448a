{{ config(materialized='incremental', unique_key=['id','k'], on_schema_change='ignore') }}
select 1 as id, 2 as k
{% if is_incremental() %}
where id > (select max(id) from {{ this }})
{% endif %}
