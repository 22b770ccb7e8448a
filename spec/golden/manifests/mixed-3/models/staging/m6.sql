{{ config(docs={'show': True, 'node_color': '#fff'},
    lookback=1,
    meta={'l': [1, 2, {'a': None}]},
    access='private',
    group='g1') }}

select * from {{ this }}
{% if is_incremental() %} where id > 1 {% endif %}

