

select * from {{ ref('m2') }}
union all
{% if var('v1') == 'one' %}select * from {{ ref('s_seed') }}{% else %}select 2 as id{% endif %}
union all
select {{ my_pkg.pm('z') }} as id
union all
select '{{ config.get('custom_key', 'dflt') }}' as id
union all
select '{{ model.name }} {{ this.schema }} {{ target.name }}' as id