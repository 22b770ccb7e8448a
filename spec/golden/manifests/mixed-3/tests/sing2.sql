{{ config(severity='error' if target.name == 'prod' else 'warn', error_if='>10') }}
-- {{ ref('s_seed') }}
select 1 where 1 = 0 {% if var('v1') == 'two' %} and {{ source('src','t2') }} is null {% endif %}