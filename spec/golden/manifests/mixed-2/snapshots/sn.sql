{% snapshot sn1 %}
{{ config(unique_key='id', strategy='check', check_cols='all') }}
select * from {{ ref('m0') }}
{% endsnapshot %}
