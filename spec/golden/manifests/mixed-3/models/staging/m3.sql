{{- config(incremental_strategy='append', materialized='incremental') -}}
select * from {{- ref('m0') -}}
union all
select * from {{ source('src','t2') }}

