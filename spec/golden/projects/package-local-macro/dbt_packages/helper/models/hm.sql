{{ config(tags='h') }}select {{ twice(3) }} as n
