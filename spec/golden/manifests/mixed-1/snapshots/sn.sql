{% snapshot sn1 %}
{{ config(target_schema='snap', unique_key=['id','k'], strategy='timestamp', updated_at='ts') }}
select * from {{ ref('m0') }}
{% endsnapshot %}
