{% snapshot ms1 %}{{ config(target_schema='sn', unique_key='id', strategy='check', check_cols=['k']) }}select * from {{ ref('s_seed') }}{% endsnapshot %}

{%- snapshot ms2 -%}
{{ config(schema='sn2', unique_key='id', strategy='timestamp', updated_at='ts', enabled=false) }}
select * from {{ source('src','t1') }}
{%- endsnapshot -%}