{{ config(type='table') }}
select * from {{ ref('base') }} where id > low
