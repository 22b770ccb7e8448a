w * h * (select max(id) from {{ ref('base') }})
