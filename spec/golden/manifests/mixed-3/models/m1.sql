select '{{ config.get('custom_key', 'dflt') }}' as id

