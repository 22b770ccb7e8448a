{{- config(enabled=False) -}}

select * from {{ ref('gen', 'm0') }}

