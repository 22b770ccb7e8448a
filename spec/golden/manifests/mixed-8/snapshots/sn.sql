{% snapshot sn1 %}
{{ config(unique_key=['id','k'], strategy='timestamp', updated_at='ts', tags=['z']) }}
select * from {{ ref('m0') }}
{% endsnapshot %}
