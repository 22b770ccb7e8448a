{{ config(sql_header='select 1;') }}
{{ config(database='gen', contract={'enforced': False}, post_hook='select 1') }}

select 1 as id, 2 as k