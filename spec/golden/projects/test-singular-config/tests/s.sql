{{ config(severity='warn', tags=['z']) }}
select * from {{ ref('b') }} where id is null
