-- One row for each line of the event files. LOG_IN, log-in and login are one event type.
select
    nullif(trim(event_id), '') as event_id,
    customer_id,
    {{ letters_only('event_type') }} as event_type,
    try_cast(event_timestamp as timestamp) as event_timestamp,
    processing_date,
    _file,
    _line
from {{ source('landing', 'events') }}
