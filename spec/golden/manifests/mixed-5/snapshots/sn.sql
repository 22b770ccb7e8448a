{% snapshot sn1 %}
{{ config(target_schema='snap', unique_key='id', strategy='check', check_cols='all', tags=['z']) }}
select * from {{ ref('m0') }}
{% endsnapshot %}
