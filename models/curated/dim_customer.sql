{{ config(unique_key='customer_id') }}

-- One row for each customer: the newest delivery wins, then the newest version in it.
select
    customer_id,
    name,
    email,
    country,
    created_at,
    processing_date,
    {{ newest_batch('customer_id') }} as _batch
from {{ ref('raw_customers') }}
{% if is_incremental() -%}
where customer_id in (select customer_id from {{ ref('raw_customers') }} where {{ newer_than_this() }})
{% endif -%}
{{ newest_first('customer_id', ['processing_date', 'created_at']) }}
