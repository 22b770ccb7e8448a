select '{{ var('own') }}' a, '{{ var('glob') }}' b, {{ var('d')['k'][1] }} c, '{{ var('none', none) }}' d
