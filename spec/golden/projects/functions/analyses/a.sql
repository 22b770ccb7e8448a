select {{ function('weighted') }}(id, 1) from {{ ref('base') }}
