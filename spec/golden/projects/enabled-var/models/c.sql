{{ config(enabled=var('on', false)) }}select 1
