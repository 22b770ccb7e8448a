{{- config(packages=['p'], grants={'select': 'c'}) -}}

select * from {{- ref('m0') -}}
union all
select * from {{ ref('m1') }}
union all
select * from {{ ref('gen', 'm2') }}

