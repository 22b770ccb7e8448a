{{ config(tags=['first']) }}
{{ config(tags='sec' ~ 'ond') }}
select 1 as id
