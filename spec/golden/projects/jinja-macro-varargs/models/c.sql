select '{{ m(1, 2, 3, k=4) }}' as v
