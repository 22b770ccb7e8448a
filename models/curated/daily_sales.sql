{{ config(materialized='view', tags=['report']) }}

-- Sales of each day and country in euros. A view: it can't lag behind the orders it sums up.
select
    orders.order_date,
    coalesce(orders.country, 'unknown') as country,
    coalesce(countries.country_name, 'Unknown') as country_name,
    count(*) as orders,
    count(*) filter (where not orders.is_known_customer) as orders_of_unknown_customers,
    sum(orders.amount_eur) as sales_eur
from {{ ref('fact_orders') }} as orders
left join {{ ref('countries') }} as countries on countries.country = orders.country
where orders.status <> 'CANCELLED'
group by all
