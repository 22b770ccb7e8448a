select '{{ modules.datetime.date(2024, 2, 29) + modules.datetime.timedelta(days=1) }}' as d, '{{ modules.re.sub('a+', 'b', 'caat') }}' as r
