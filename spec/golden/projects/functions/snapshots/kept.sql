{% snapshot kept %}
{{ config(strategy='check', check_cols='all', unique_key='id') }}
select {{ function('double') }}(id) as id from {{ ref('base') }}
{% endsnapshot %}
