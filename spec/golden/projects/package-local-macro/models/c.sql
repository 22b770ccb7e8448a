select {{ helper.twice('id') }} as n from {{ ref('a') }}, {{ ref('helper', 'hm') }}
