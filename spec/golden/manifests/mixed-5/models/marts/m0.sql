{{
  config(
    incremental_strategy='merge',
    begin='2020-01-01',
    event_time='ts',
    materialized='incremental'
  )
}}


select '{{ config.get('custom_key', 'dflt') }}' as id