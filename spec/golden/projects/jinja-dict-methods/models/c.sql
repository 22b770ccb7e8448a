{% set d = {'a': 1} %}{% do d.update({'b': 2}) %}select '{{ d.items() | list }}' as d, {{ d.get('z', 9) }} as z
