select '{{ env_var('TSDBT_NOT_SET', 'none') }}' as e
