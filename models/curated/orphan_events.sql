{{ config(materialized='view', unique_key=none) }}

-- Events whose customer nobody knows (yet): what the inner join of fact_events leaves out.
select events.*
from {{ ref('raw_events') }} as events
anti join {{ ref('dim_customer') }} as customer on customer.customer_id = events.customer_id
