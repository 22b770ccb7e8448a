select * from {{ ref('v') }} union all by name select * from {{ ref('v', v=2) }}
