-- No order in the facts is older than its newest delivery.
select facts.order_id
from {{ ref('fact_orders') }} as facts
inner join {{ ref('raw_orders') }} as raw using (order_id)
where raw.processing_date > facts.processing_date
