select '{{ zip([1, 2], ['a', 'b']) | list }}' as z, {{ set([1, 1, 2]) | length }} as s
