{{
  config(
    tags='a,b', meta={'j': '1 + 1'}, concurrent_batches=False, grants={'insert': ['e'], '+select': 'f'}
  )
}}


select * from {{- ref('m1') -}}
union all
select * from {{- ref('m2') -}}
union all
{% raw %} select '{{ ref }}' as id {% endraw %}