select {{ double('id') }} as a, {{ function('shout') }}('a') as b from {{ ref('base') }}
