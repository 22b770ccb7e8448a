{{ config(materialized='view', tags=['first'], grants={'+select': ['two']}) }}
{{ config(materialized='table', tags=['second'], grants={'+select': ['three']}) }}
select 1 as id
