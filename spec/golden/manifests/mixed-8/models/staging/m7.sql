
select * from {{ ref('gen', 'm6') }}
union all
{# comment ref('nope') #} select 1 as id

