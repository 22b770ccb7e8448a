-- Each record of each landing file was loaded, quarantined or dropped: nothing is lost and nothing
-- comes twice. The ledger must also agree with what stands in the tables.
with in_tables as (
    select 'raw_customers' as node, _file as file, count(*) as loaded from {{ ref('raw_customers') }} group by all
    union all
    select 'raw_orders', _file, count(*) from {{ ref('raw_orders') }} group by all
    union all
    select 'raw_events', _file, count(*) from {{ ref('raw_events') }} group by all
),

in_quarantine as (
    select 'raw_customers' as node, file, count(*) as quarantined from {{ quarantine_of('raw_customers') }} group by all
    union all
    select 'raw_orders', file, count(*) from {{ quarantine_of('raw_orders') }} group by all
    union all
    select 'raw_events', file, count(*) from {{ quarantine_of('raw_events') }} group by all
)

select ledger.node, ledger.file, ledger.records, ledger.loaded, ledger.quarantined
from {{ source('tsdbt', 'landing_files') }} as ledger
left join in_tables on ledger.node = 'model.shop.' || in_tables.node and ledger.file = in_tables.file
left join in_quarantine on ledger.node = 'model.shop.' || in_quarantine.node and ledger.file = in_quarantine.file
where ledger.records <> ledger.loaded + ledger.quarantined + ledger.dropped
   or ledger.loaded <> coalesce(in_tables.loaded, 0)
   or ledger.quarantined <> coalesce(in_quarantine.quarantined, 0)
