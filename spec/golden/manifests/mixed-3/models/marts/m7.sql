select * from {{ ref('gen', 'm5') }}
union all
select '{{ model.name }} {{ this.schema }} {{ target.name }}' as id
