{{ config(unique_key='id', contract={'enforced': False, 'alias_types': False}) }}

select * from {{ ref('m2') }}
union all
select * from {{ ref( 'm5' , ) }}
union all
select * from {{ ref( 'm7' , ) }}
union all
select * from {{ source('srcb', 'tb') }}
union all
select * from {{ this }}
{% if is_incremental() %} where id > 1 {% endif %}
union all
{# comment ref('nope') #} select 1 as id