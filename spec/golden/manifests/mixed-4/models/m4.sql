select * from {{ ref( 'm2' , ) }}
union all
select * from {{ ref( 'm3' , ) }}

