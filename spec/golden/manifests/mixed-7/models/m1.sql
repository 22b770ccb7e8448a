{{- config(materialized='table',
    event_time='ts',
    alias='al_395794',
    grants={'+select': ['d']},
    batch_size='day') -}}

select * from {{- ref('m0') -}}
union all
{% set x = ['a','b'] %}{% for i in x %}select '{{ i }}' as id {% if not loop.last %}union all{% endif %} {% endfor %}
union all
select {{ my_pkg.pm('z') }} as id
union all
select {{ dbt.dateadd('day', 1, 'ts') }} as id from {{ ref('my_pkg', 'pkg_model') }}
