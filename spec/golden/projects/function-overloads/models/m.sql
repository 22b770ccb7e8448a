select {{ function('area') }}(2) as a, {{ function('area') }}(2, 3) as b
