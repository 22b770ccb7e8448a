-- two calls
{{ double('x') }} + {{ function('shop', 'double') }}(x)
