select '{{ tojson({'b': [1, none, true], 'a': 1.5}) }}' as j, '{{ fromjson('[1, 2]')[1] }}' as f, '{{ toyaml({'a': 1}) | trim }}' as y
