

select * from {{ ref('gen', 'm0') }}
union all
select * from {{ ref( 'm1' , ) }}
union all
select '{{ config.get('custom_key', 'dflt') }}' as id
union all
select * from {{ this }}
{% if is_incremental() %} where id > 1 {% endif %}
union all
{# comment ref('nope') #} select 1 as id
