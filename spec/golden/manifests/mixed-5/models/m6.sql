{{- config(freshness={'build_after': {'count': 2, 'period': 'hour', 'updates_on': 'all'}}, unique_key='id', post_hook={'sql': 'select 5'}, event_time='ts') -}}


select * from {{ ref('m3') }}
union all
select {{ my_macro(1) }} as id
