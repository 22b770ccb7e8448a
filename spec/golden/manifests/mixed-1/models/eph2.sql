{{ config(materialized='ephemeral') }}
with a as (select * from {{ ref('eph') }}) select * from a