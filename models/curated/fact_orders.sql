{{ config(unique_key='order_id') }}

-- One row for each order: the newest delivery wins. Orders of unknown customers stay, flagged, and
-- lose the flag when the customer comes.
with newest as (
    select * replace ({{ newest_batch('order_id') }} as _batch)
    from {{ ref('raw_orders') }}
    {% if is_incremental() -%}
    -- All versions of the keys that something new touches: the row itself, or its customer.
    where order_id in (
        select order_id
        from {{ ref('raw_orders') }}
        where {{ newer_than_this() }}
           or customer_id in (select customer_id from {{ ref('dim_customer') }} where {{ newer_than_this() }})
    )
    {% endif -%}
    {{ newest_first('order_id', ['processing_date']) }}
)

select
    newest.order_id,
    newest.customer_id,
    customer.customer_id is not null as is_known_customer,
    customer.country,
    newest.order_date,
    newest.status,
    newest.amount,
    newest.currency,
    cast(newest.amount * currencies.euros as decimal(14, 2)) as amount_eur,
    newest.processing_date,
    greatest(newest._batch, coalesce(customer._batch, 0)) as _batch
from newest
left join {{ ref('dim_customer') }} as customer on customer.customer_id = newest.customer_id
left join {{ ref('currencies') }} as currencies on currencies.currency = newest.currency
