-- One row for each record of the order files.
select
    order_id,
    customer_id,
    abs(amount) as amount,
    upper(nullif(trim(currency), '')) as currency,
    upper(nullif(trim(status), '')) as status,
    {{ read_date('order_date') }} as order_date,
    processing_date,
    _file,
    _line
from {{ source('landing', 'orders') }}
