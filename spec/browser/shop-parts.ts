import type { ColumnSpec } from './artifact-builder.ts';

type Columns = readonly (readonly [string, ColumnSpec])[];

const id = (of: string): readonly [string, ColumnSpec] => [
  `${of}_id`,
  { type: 'BIGINT', description: `Key of the ${of}.` },
];

export const customers: Columns = [
  [
    'customer_id',
    {
      type: 'BIGINT',
      description: 'Key of the customer, given by the shop system.',
      constraints: [{ type: 'not_null' }],
    },
  ],
  [
    'full_name',
    { type: 'VARCHAR', description: 'First and last name as the customer wrote it.', pii: true },
  ],
  [
    'email',
    {
      type: 'VARCHAR',
      description: 'Address for order mails. **Unique** among active customers.',
      pii: true,
    },
  ],
  [
    'country',
    {
      type: 'VARCHAR',
      description: 'Two letters, [ISO 3166-1](https://www.iso.org/iso-3166-country-codes.html).',
    },
  ],
  ['created_at', { type: 'TIMESTAMP', description: 'When the account was opened, UTC.' }],
  ['is_active', { type: 'BOOLEAN', description: '`true` unless the customer closed the account.' }],
];

export const orders: Columns = [
  id('order'),
  id('customer'),
  ['ordered_at', { type: 'TIMESTAMP', description: 'When the order was placed, UTC.' }],
  ['status', { type: 'VARCHAR', description: 'One of `placed`, `paid`, `shipped`, `returned`.' }],
  ['currency', { type: 'VARCHAR', description: 'Three letters, see the seed `currencies`.' }],
  ['amount', { type: 'DECIMAL(12,2)', description: 'Total with tax, in `currency`.' }],
];

export const events: Columns = [
  id('event'),
  id('customer'),
  [
    'event_type',
    { type: 'VARCHAR', description: 'What happened: `view`, `cart`, `search`, `login`.' },
  ],
  [
    'occurred_at',
    { type: 'TIMESTAMP', description: 'When it happened, by the clock of the device.' },
  ],
  ['ip_address', { type: 'VARCHAR', description: 'Address the event came from.', pii: true }],
  ['payload', { type: 'JSON', description: 'The event as it was sent.' }],
];

export const rawOrdersSql = `{{ config(
    materialized='landing',
    unique_key='order_id'
) }}

-- One row for each row of the file: expectations decide which of them are loaded.
select
    order_id::bigint                as order_id,
    customer_id::bigint             as customer_id,
    ordered_at::timestamp           as ordered_at,
    lower(trim(status))             as status,
    upper(currency)                 as currency,
    {{ cents_to_euros('amount_cents') }} as amount
from {{ source('landing', 'orders') }}`;

export const factOrdersSql = `{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='order_id',
    tags=['nightly', 'finance']
) }}

with orders as (

    select * from {{ ref('raw_orders') }}
    {% if is_incremental() %}
    where ordered_at > (select coalesce(max(ordered_at), '1970-01-01') from {{ this }})
    {% endif %}

),

rates as (

    select code, rate_to_eur from {{ ref('currencies') }}

)

select
    o.order_id,
    o.customer_id,
    c.country,
    o.ordered_at,
    o.status,
    o.amount,
    round(o.amount * r.rate_to_eur, 2) as amount_eur, -- the finance team's number
    row_number() over (partition by o.customer_id order by o.ordered_at) as order_number
from orders as o
join rates as r on r.code = o.currency
left join {{ ref('dim_customer') }} as c using (customer_id)`;

export const factOrdersCompiled = `with orders as (

    select * from "shop"."raw"."raw_orders"
    where ordered_at > (select coalesce(max(ordered_at), '1970-01-01') from "shop"."main"."fact_orders")

),

rates as (

    select code, rate_to_eur from "shop"."main"."currencies"

)

select
    o.order_id,
    o.customer_id,
    c.country,
    o.ordered_at,
    o.status,
    o.amount,
    round(o.amount * r.rate_to_eur, 2) as amount_eur, -- the finance team's number
    row_number() over (partition by o.customer_id order by o.ordered_at) as order_number
from orders as o
join rates as r on r.code = o.currency
left join "shop"."main"."dim_customer" as c using (customer_id)`;
