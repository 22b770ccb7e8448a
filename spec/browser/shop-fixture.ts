import { ArtifactBuilder, type Artifacts, type ColumnSpec } from './artifact-builder.ts';

type Columns = readonly (readonly [string, ColumnSpec])[];

const id = (of: string): readonly [string, ColumnSpec] => [`${of}_id`, { type: 'BIGINT', description: `Key of the ${of}.` }];

const customers: Columns = [
  ['customer_id', { type: 'BIGINT', description: 'Key of the customer, given by the shop system.', constraints: [{ type: 'not_null' }] }],
  ['full_name', { type: 'VARCHAR', description: 'First and last name as the customer wrote it.', pii: true }],
  ['email', { type: 'VARCHAR', description: 'Address for order mails. **Unique** among active customers.', pii: true }],
  ['country', { type: 'VARCHAR', description: 'Two letters, [ISO 3166-1](https://www.iso.org/iso-3166-country-codes.html).' }],
  ['created_at', { type: 'TIMESTAMP', description: 'When the account was opened, UTC.' }],
  ['is_active', { type: 'BOOLEAN', description: '`true` unless the customer closed the account.' }],
];

const orders: Columns = [
  id('order'),
  id('customer'),
  ['ordered_at', { type: 'TIMESTAMP', description: 'When the order was placed, UTC.' }],
  ['status', { type: 'VARCHAR', description: 'One of `placed`, `paid`, `shipped`, `returned`.' }],
  ['currency', { type: 'VARCHAR', description: 'Three letters, see the seed `currencies`.' }],
  ['amount', { type: 'DECIMAL(12,2)', description: 'Total with tax, in `currency`.' }],
];

const events: Columns = [
  id('event'),
  id('customer'),
  ['event_type', { type: 'VARCHAR', description: 'What happened: `view`, `cart`, `search`, `login`.' }],
  ['occurred_at', { type: 'TIMESTAMP', description: 'When it happened, by the clock of the device.' }],
  ['ip_address', { type: 'VARCHAR', description: 'Address the event came from.', pii: true }],
  ['payload', { type: 'JSON', description: 'The event as it was sent.' }],
];

const rawOrdersSql = `{{ config(
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

const factOrdersSql = `{{ config(
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

const factOrdersCompiled = `with orders as (

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

/** A small shop: three landing sources, raw models, a star, a report. */
export function shopArtifacts(): Artifacts {
  const b = new ArtifactBuilder('shop');
  b.doc(
    '__overview__',
    `The shop's customers, orders and events, from the files that arrive each night to the tables that reports read.

- **raw** keeps what arrived, typed and checked row by row; what breaks a rule goes to quarantine.
- **curated** holds one table for each thing the business counts.

Start with [fact_orders](#!/model/model.shop.fact_orders).`,
  );
  const landing = (name: string): Record<string, unknown> => ({
    landing: { path: `landing/${name}/*.csv`, format: 'csv', on_schema_change: 'fail', archive: `landing/_done/${name}` },
    freshness: { warn_after: { count: 1, period: 'day' }, error_after: { count: 3, period: 'day' }, filter: null },
  });
  const sourceDescription = 'Files that the shop system writes each night.';
  const sCustomers = b.source('landing', 'customers', { description: 'All customers, the whole list every night.', sourceDescription, config: landing('customers'), columns: customers });
  const sOrders = b.source('landing', 'orders', { description: 'Orders placed or changed since yesterday.', sourceDescription, config: landing('orders'), columns: orders });
  const sEvents = b.source('landing', 'events', { description: 'Events of the web shop, one JSON object a line.', sourceDescription, config: landing('events'), columns: events });
  const cents = b.macro('cents_to_euros', {
    description: 'Cents as an exact amount: `1999` becomes `19.99`.',
    macro_sql: "{% macro cents_to_euros(column, digits=2) %}\n    ({{ column }} / 100.0)::decimal(12, {{ digits }})\n{% endmacro %}",
    arguments: [
      { name: 'column', type: 'string', description: 'Name of the column that holds cents.' },
      { name: 'digits', type: 'integer', description: 'Digits after the point.' },
    ],
  });
  const currencies = b.node({
    type: 'seed',
    name: 'currencies',
    folder: 'seeds',
    description: 'Rates of the European Central Bank at the end of last month.',
    columns: [
      ['code', { type: 'VARCHAR', description: 'Three letters, ISO 4217.' }],
      ['rate_to_eur', { type: 'DOUBLE', description: 'Euros for one unit.' }],
    ],
  });
  const raw = { folder: 'models/raw', schema: 'raw', tags: ['nightly'] } as const;
  const rawCustomers = b.node({
    ...raw,
    type: 'model',
    name: 'raw_customers',
    description: 'Customers as they arrived, typed.',
    parents: [sCustomers],
    columns: customers,
    sql: "select * from {{ source('landing', 'customers') }}",
    compiled: 'select * from "shop"."landing"."customers"',
    config: {
      materialized: 'landing',
      unique_key: 'customer_id',
      expectations: [
        { name: 'email_has_at', expression: "email like '%@%'", on_violation: 'quarantine', message: 'The address has no @.' },
        { name: 'one_row_a_customer', unique: ['customer_id'], order_by: ['created_at desc'], on_violation: 'drop' },
      ],
    },
  });
  const rawOrders = b.node({
    ...raw,
    type: 'model',
    name: 'raw_orders',
    description: 'Orders as they arrived, typed and checked.',
    parents: [sOrders],
    macros: [cents],
    columns: orders,
    sql: rawOrdersSql,
    compiled: rawOrdersSql.replace(/\{\{ config[\s\S]*?\}\}\n\n/, '').replace(/\{\{ cents.*?\}\}/, '(amount_cents / 100.0)::decimal(12, 2)').replace(/\{\{ source.*?\}\}/, '"shop"."landing"."orders"'),
    config: {
      materialized: 'landing',
      unique_key: 'order_id',
      expectations: [
        { name: 'amount_not_negative', expression: 'amount >= 0', on_violation: 'quarantine', message: 'An order can not cost less than nothing.' },
        { name: 'known_status', expression: "status in ('placed', 'paid', 'shipped', 'returned')", on_violation: 'quarantine' },
        { name: 'has_customer', expression: 'customer_id is not null', on_violation: 'fail', message: 'Orders without a customer mean a broken export.' },
      ],
    },
  });
  const rawEvents = b.node({ ...raw, type: 'model', name: 'raw_events', description: 'Events as they arrived, typed.', parents: [sEvents], columns: events, config: { materialized: 'landing', unique_key: 'event_id' }, sql: "select * from {{ source('landing', 'events') }}", compiled: 'select * from "shop"."landing"."events"' });
  const curated = { folder: 'models/curated' } as const;
  const dim = b.node({
    ...curated,
    type: 'model',
    name: 'dim_customer',
    description: 'One row a customer, the newest state.\n\nClosed accounts stay, so that old orders find their customer.',
    parents: [rawCustomers],
    columns: customers,
    tags: ['nightly'],
    config: { materialized: 'table', meta: { owner: 'crm-team' } },
    sql: "select *\nfrom {{ ref('raw_customers') }}\nqualify row_number() over (partition by customer_id order by created_at desc) = 1",
    compiled: 'select *\nfrom "shop"."raw"."raw_customers"\nqualify row_number() over (partition by customer_id order by created_at desc) = 1',
  });
  const factOrders = b.node({
    ...curated,
    type: 'model',
    name: 'fact_orders',
    description:
      'One row an order, with the amount in euros.\n\n| Status | Counts as sale |\n|---|:-:|\n| `placed` | no |\n| `paid`, `shipped` | yes |\n| `returned` | no |\n\nThe number of the **finance team** is `amount_eur`; see [the handbook](https://example.com/handbook).',
    parents: [rawOrders, currencies, dim],
    columns: [
      ...orders,
      ['country', { type: 'VARCHAR', description: 'Country of the customer when the order came.' }],
      ['amount_eur', { type: 'DECIMAL(12,2)', description: 'Amount in euros at the rate of the month.', meta: { owner: 'finance' } }],
      ['order_number', { type: 'BIGINT', description: '1 for the first order of a customer.' }],
    ],
    tags: ['nightly', 'finance'],
    config: { materialized: 'incremental', incremental_strategy: 'delete+insert', unique_key: 'order_id', on_schema_change: 'fail' },
    sql: factOrdersSql,
    compiled: factOrdersCompiled,
  });
  const factEvents = b.node({ ...curated, type: 'model', name: 'fact_events', description: 'One row an event of a known customer.', parents: [rawEvents, dim], columns: events.slice(0, 4), config: { materialized: 'incremental', unique_key: 'event_id' }, tags: ['nightly'], sql: "select event_id, customer_id, event_type, occurred_at\nfrom {{ ref('raw_events') }}\njoin {{ ref('dim_customer') }} using (customer_id)", compiled: 'select event_id, customer_id, event_type, occurred_at\nfrom "shop"."raw"."raw_events"\njoin "shop"."main"."dim_customer" using (customer_id)' });
  const daily = b.node({
    type: 'model',
    name: 'daily_sales',
    folder: 'models/reports',
    description: 'Sales and visits by day and country.',
    parents: [factOrders, factEvents],
    columns: [
      ['day', { type: 'DATE', description: 'Day in UTC.' }],
      ['country', { type: 'VARCHAR', description: 'Country of the customer.' }],
      ['orders', { type: 'BIGINT', description: 'Orders that count as sale.' }],
      ['revenue_eur', { type: 'DECIMAL(38,2)', description: 'Sum of `amount_eur`.' }],
    ],
    tags: ['finance'],
    sql: "select date_trunc('day', ordered_at) as day, country, count(*) as orders, sum(amount_eur) as revenue_eur\nfrom {{ ref('fact_orders') }}\nwhere status in ('paid', 'shipped')\ngroup by all",
    compiled: "select date_trunc('day', ordered_at) as day, country, count(*) as orders, sum(amount_eur) as revenue_eur\nfrom \"shop\".\"main\".\"fact_orders\"\nwhere status in ('paid', 'shipped')\ngroup by all",
  });
  b.exposure('sales_dashboard', {
    label: 'Sales dashboard',
    description: 'What the shop sold, every morning at seven.',
    url: 'https://bi.example.com/sales',
    owner: { name: 'Ann Rivers', email: 'ann@example.com' },
    parents: [daily, dim],
  });

  const unique = (on: string, column: string): string => b.test({ name: `unique_${on.split('.').pop()}_${column}`, on, column, generic: 'unique' });
  const notNull = (on: string, column: string): string => b.test({ name: `not_null_${on.split('.').pop()}_${column}`, on, column, generic: 'not_null' });
  const tests: [string, { status: string; failures: number; message?: string }][] = [
    [unique(dim, 'customer_id'), { status: 'pass', failures: 0 }],
    [notNull(dim, 'customer_id'), { status: 'pass', failures: 0 }],
    [unique(dim, 'email'), { status: 'fail', failures: 3, message: 'Got 3 results, configured to fail if != 0' }],
    [unique(factOrders, 'order_id'), { status: 'pass', failures: 0 }],
    [notNull(factOrders, 'order_id'), { status: 'pass', failures: 0 }],
    [b.test({ name: 'relationships_fact_orders_customer_id__customer_id__ref_dim_customer_', on: factOrders, column: 'customer_id', generic: 'relationships', arguments: { to: "ref('dim_customer')", field: 'customer_id' }, alsoReads: [dim] }), { status: 'pass', failures: 0 }],
    [b.test({ name: 'accepted_values_fact_orders_status__placed__paid__shipped__returned', on: factOrders, column: 'status', generic: 'accepted_values', arguments: { values: ['placed', 'paid', 'shipped', 'returned'] }, severity: 'WARN' }), { status: 'warn', failures: 12, message: 'Got 12 results, configured to warn if != 0' }],
    [notNull(factEvents, 'event_id'), { status: 'pass', failures: 0 }],
    [b.test({ name: 'revenue_is_never_negative', on: daily, sql: "select *\nfrom {{ ref('daily_sales') }}\nwhere revenue_eur < 0" }), { status: 'pass', failures: 0 }],
  ];
  const runs: [string, number, number, number, number][] = [
    [currencies, 0, 40, 0, 32],
    [rawCustomers, 0, 310, 1, 1200],
    [rawOrders, 45, 620, 0, 48211],
    [rawEvents, 320, 1480, 1, 930442],
    [dim, 680, 210, 0, 1200],
    [factOrders, 1100, 870, 0, 48190],
    [factEvents, 1810, 1120, 1, 911270],
    [daily, 2960, 190, 0, 2190],
  ];
  for (const [node, start, ms, thread, rows] of runs) b.result(node, { status: 'success', start, ms, thread, rows, message: 'OK' });
  tests.forEach(([test, result], at) => b.result(test, { ...result, start: at < 3 ? 900 + at * 60 : 1990 + at * 120, ms: 24 + at * 7, thread: 0 }));
  return b.build(3.31);
}
