-- One row for each record that lands; what breaks an expectation goes to raw_orders__quarantine.
select
    order_id,
    nullif(trim(customer), '') as customer,
    amount,
    ordered_on,
    processing_date,
    _file,
    _line
from {{ source('landing', 'orders') }}
