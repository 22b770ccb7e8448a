{% snapshot one %}{{ config(target_schema='snaps', strategy='timestamp', updated_at='at', unique_key='id') }}select 1 as id, now() as at{% endsnapshot %}
{% snapshot two %}{{ config(strategy='check', check_cols='all', unique_key=['id']) }}select * from {{ ref('a') }}{% endsnapshot %}
