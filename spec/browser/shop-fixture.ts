import { ArtifactBuilder, type Artifacts } from './artifact-builder.ts';
import {
  customers,
  events,
  factOrdersCompiled,
  factOrdersSql,
  orders,
  rawOrdersSql,
} from './shop-parts.ts';

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
    landing: {
      path: `landing/${name}/*.csv`,
      format: 'csv',
      on_schema_change: 'fail',
      archive: `landing/_done/${name}`,
    },
    freshness: {
      warn_after: { count: 1, period: 'day' },
      error_after: { count: 3, period: 'day' },
      filter: null,
    },
  });
  const sourceDescription = 'Files that the shop system writes each night.';
  const sCustomers = b.source('landing', 'customers', {
    description: 'All customers, the whole list every night.',
    sourceDescription,
    config: landing('customers'),
    columns: customers,
  });
  const sOrders = b.source('landing', 'orders', {
    description: 'Orders placed or changed since yesterday.',
    sourceDescription,
    config: landing('orders'),
    columns: orders,
  });
  const sEvents = b.source('landing', 'events', {
    description: 'Events of the web shop, one JSON object a line.',
    sourceDescription,
    config: landing('events'),
    columns: events,
  });
  const cents = b.macro('cents_to_euros', {
    description: 'Cents as an exact amount: `1999` becomes `19.99`.',
    macro_sql:
      '{% macro cents_to_euros(column, digits=2) %}\n    ({{ column }} / 100.0)::decimal(12, {{ digits }})\n{% endmacro %}',
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
        {
          name: 'email_has_at',
          expression: "email like '%@%'",
          on_violation: 'quarantine',
          message: 'The address has no @.',
        },
        {
          name: 'one_row_a_customer',
          unique: ['customer_id'],
          order_by: ['created_at desc'],
          on_violation: 'drop',
        },
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
    compiled: rawOrdersSql
      .replace(/\{\{ config[\s\S]*?\}\}\n\n/, '')
      .replace(/\{\{ cents.*?\}\}/, '(amount_cents / 100.0)::decimal(12, 2)')
      .replace(/\{\{ source.*?\}\}/, '"shop"."landing"."orders"'),
    config: {
      materialized: 'landing',
      unique_key: 'order_id',
      expectations: [
        {
          name: 'amount_not_negative',
          expression: 'amount >= 0',
          on_violation: 'quarantine',
          message: 'An order can not cost less than nothing.',
        },
        {
          name: 'known_status',
          expression: "status in ('placed', 'paid', 'shipped', 'returned')",
          on_violation: 'quarantine',
        },
        {
          name: 'has_customer',
          expression: 'customer_id is not null',
          on_violation: 'fail',
          message: 'Orders without a customer mean a broken export.',
        },
      ],
    },
  });
  const rawEvents = b.node({
    ...raw,
    type: 'model',
    name: 'raw_events',
    description: 'Events as they arrived, typed.',
    parents: [sEvents],
    columns: events,
    config: { materialized: 'landing', unique_key: 'event_id' },
    sql: "select * from {{ source('landing', 'events') }}",
    compiled: 'select * from "shop"."landing"."events"',
  });
  const curated = { folder: 'models/curated' } as const;
  const dim = b.node({
    ...curated,
    type: 'model',
    name: 'dim_customer',
    description:
      'One row a customer, the newest state.\n\nClosed accounts stay, so that old orders find their customer.',
    parents: [rawCustomers],
    columns: customers,
    tags: ['nightly'],
    config: { materialized: 'table', meta: { owner: 'crm-team' } },
    sql: "select *\nfrom {{ ref('raw_customers') }}\nqualify row_number() over (partition by customer_id order by created_at desc) = 1",
    compiled:
      'select *\nfrom "shop"."raw"."raw_customers"\nqualify row_number() over (partition by customer_id order by created_at desc) = 1',
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
      [
        'amount_eur',
        {
          type: 'DECIMAL(12,2)',
          description: 'Amount in euros at the rate of the month.',
          meta: { owner: 'finance' },
        },
      ],
      ['order_number', { type: 'BIGINT', description: '1 for the first order of a customer.' }],
    ],
    tags: ['nightly', 'finance'],
    config: {
      materialized: 'incremental',
      incremental_strategy: 'delete+insert',
      unique_key: 'order_id',
      on_schema_change: 'fail',
    },
    sql: factOrdersSql,
    compiled: factOrdersCompiled,
  });
  const factEvents = b.node({
    ...curated,
    type: 'model',
    name: 'fact_events',
    description: 'One row an event of a known customer.',
    parents: [rawEvents, dim],
    columns: events.slice(0, 4),
    config: { materialized: 'incremental', unique_key: 'event_id' },
    tags: ['nightly'],
    sql: "select event_id, customer_id, event_type, occurred_at\nfrom {{ ref('raw_events') }}\njoin {{ ref('dim_customer') }} using (customer_id)",
    compiled:
      'select event_id, customer_id, event_type, occurred_at\nfrom "shop"."raw"."raw_events"\njoin "shop"."main"."dim_customer" using (customer_id)',
  });
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
    compiled:
      'select date_trunc(\'day\', ordered_at) as day, country, count(*) as orders, sum(amount_eur) as revenue_eur\nfrom "shop"."main"."fact_orders"\nwhere status in (\'paid\', \'shipped\')\ngroup by all',
  });
  b.exposure('sales_dashboard', {
    label: 'Sales dashboard',
    description: 'What the shop sold, every morning at seven.',
    url: 'https://bi.example.com/sales',
    owner: { name: 'Ann Rivers', email: 'ann@example.com' },
    parents: [daily, dim],
  });

  const unique = (on: string, column: string): string =>
    b.test({ name: `unique_${on.split('.').pop()}_${column}`, on, column, generic: 'unique' });
  const notNull = (on: string, column: string): string =>
    b.test({ name: `not_null_${on.split('.').pop()}_${column}`, on, column, generic: 'not_null' });
  const tests: [string, { status: string; failures: number; message?: string }][] = [
    [unique(dim, 'customer_id'), { status: 'pass', failures: 0 }],
    [notNull(dim, 'customer_id'), { status: 'pass', failures: 0 }],
    [
      unique(dim, 'email'),
      { status: 'fail', failures: 3, message: 'Got 3 results, configured to fail if != 0' },
    ],
    [unique(factOrders, 'order_id'), { status: 'pass', failures: 0 }],
    [notNull(factOrders, 'order_id'), { status: 'pass', failures: 0 }],
    [
      b.test({
        name: 'relationships_fact_orders_customer_id__customer_id__ref_dim_customer_',
        on: factOrders,
        column: 'customer_id',
        generic: 'relationships',
        arguments: { to: "ref('dim_customer')", field: 'customer_id' },
        alsoReads: [dim],
      }),
      { status: 'pass', failures: 0 },
    ],
    [
      b.test({
        name: 'accepted_values_fact_orders_status__placed__paid__shipped__returned',
        on: factOrders,
        column: 'status',
        generic: 'accepted_values',
        arguments: { values: ['placed', 'paid', 'shipped', 'returned'] },
        severity: 'WARN',
      }),
      { status: 'warn', failures: 12, message: 'Got 12 results, configured to warn if != 0' },
    ],
    [notNull(factEvents, 'event_id'), { status: 'pass', failures: 0 }],
    [
      b.test({
        name: 'revenue_is_never_negative',
        on: daily,
        sql: "select *\nfrom {{ ref('daily_sales') }}\nwhere revenue_eur < 0",
      }),
      { status: 'pass', failures: 0 },
    ],
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
  for (const [node, start, ms, thread, rows] of runs)
    b.result(node, { status: 'success', start, ms, thread, rows, message: 'OK' });
  for (const [at, [test, result]] of tests.entries()) {
    b.result(test, {
      ...result,
      start: at < 3 ? 900 + at * 60 : 1990 + at * 120,
      ms: 24 + at * 7,
      thread: 0,
    });
  }
  return b.build(3.31);
}
