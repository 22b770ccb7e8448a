{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='ts', batch_size='hour', begin='2024-01-01T00:00:00') }}
select * from {{ ref('ev') }}