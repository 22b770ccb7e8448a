-- Every event is either a fact or an orphan, never both and never neither.
select event_id
from (
    select distinct event_id, 1 as n from {{ ref('raw_events') }}
    union all
    select event_id, -1 from {{ ref('fact_events') }}
    union all
    select distinct event_id, -1 from {{ ref('orphan_events') }}
)
group by event_id
having sum(n) <> 0
