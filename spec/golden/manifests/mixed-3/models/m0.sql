

select {{ my_macro(1) }} as id
union all
select '{{ config.get('custom_key', 'dflt') }}' as id
