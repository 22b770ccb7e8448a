{{ config(materialized='table', own='v') }}select '{{ config.get('own') }}' as a, '{{ config.get('none', 'other') }}' as b, '{{ config.require('own') }}' as c
