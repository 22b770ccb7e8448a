{{ config(unique_key='order_id') }}

-- One row for each order: the newest delivery wins.
select
    order_id,
    customer,
    amount,
    ordered_on,
    max(_batch) over (partition by order_id) as _batch
from {{ ref('raw_orders') }}
{% if is_incremental() -%}
where order_id in (
    select order_id from {{ ref('raw_orders') }}
    where _batch > (select coalesce(max(_batch), 0) from {{ this }})
)
{% endif -%}
qualify row_number() over (partition by order_id order by processing_date desc, _file desc, _line desc) = 1
