-- One row for each record of the customer files: typed and trimmed, nothing left out.
select
    customer_id,
    nullif(trim(name), '') as name,
    lower(nullif(trim(email), '')) as email,
    upper(nullif(trim(country), '')) as country,
    try_cast(created_at as timestamp) as created_at,
    processing_date,
    _file,
    _line
from {{ source('landing', 'customers') }}
