{{ config(post_hook='select 1') }}
{{ config(batch_size='day') }}
select * from {{ ref('m0') }}
union all
select {{ my_macro(1) }} as id

