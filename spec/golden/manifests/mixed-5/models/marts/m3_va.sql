
select * from {{ ref('m2') }}
union all
select * from {{ source('src','t1') }}
union all
{% set x = ['a','b'] %}{% for i in x %}select '{{ i }}' as id {% if not loop.last %}union all{% endif %} {% endfor %}
union all
select '{{ model.name }} {{ this.schema }} {{ target.name }}' as id
