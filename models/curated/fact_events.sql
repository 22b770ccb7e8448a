{{ config(unique_key='event_id') }}

-- One row for each event of a known customer: the newest timestamp wins, then the newest delivery.
-- An event that came before its customer is taken in when the customer comes.
with newest as (
    select * replace ({{ newest_batch('event_id') }} as _batch)
    from {{ ref('raw_events') }}
    {% if is_incremental() -%}
    -- All versions of the keys that something new touches: the row itself, or its customer.
    where event_id in (
        select event_id
        from {{ ref('raw_events') }}
        where {{ newer_than_this() }}
           or customer_id in (select customer_id from {{ ref('dim_customer') }} where {{ newer_than_this() }})
    )
    {% endif -%}
    {{ newest_first('event_id', ['event_timestamp', 'processing_date']) }}
)

select
    newest.event_id,
    newest.customer_id,
    newest.event_type,
    newest.event_timestamp,
    customer.country,
    newest.processing_date,
    greatest(newest._batch, customer._batch) as _batch
from newest
inner join {{ ref('dim_customer') }} as customer on customer.customer_id = newest.customer_id
