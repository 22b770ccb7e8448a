{{ config(meta={1: 'a', 9007199254740993: 9007199254740993, '10': 1, '9': 2, 'f': 1e22, true: 3}, materialized='table') }}
{% set names = ['status','years','size','big','floats','mixed','dates', 'text','daykeys','words','long','long2','long3','nested','octals','neg', '__proto__','constructor'] %}
{% for n in names %}
{{ log('value: V ' ~ n ~ ' ' ~ var(n), true) }}
{% if n not in ('daykeys','dates') %}{{ log('value: J ' ~ n ~ ' ' ~ tojson(var(n), 'NOJSON'), true) }}{% endif %}{{ log('value: F ' ~ n ~ ' ' ~ fromyaml(toyaml(var(n))), true) }}
{{ log('value: Y ' ~ n ~ ' ' ~ toyaml(var(n), 'NOYAML'), true) }}
{% endfor %}
{% set shared = [1, {'a': 'b'}] %}{{ log('value: S ' ~ toyaml({'x': shared, 'y': shared, 'z': [shared]}), true) }}
{{ log('value: T ' ~ toyaml((1, (2,), {'k': (3, 4)})), true) }}{{ log('value: U ' ~ toyaml(var('nested'), sort_keys=true), true) }}
{{ log('value: L ' ~ var('status')[2] ~ var('status').get(10) ~ var('status').get('10','none') ~ (1 in var('status')) ~ ('1' in var('status')) ~ var('mixed')[1] ~ var('mixed')['1'] ~ var('mixed')[true] ~ var('mixed')[1.0], true) }}
{% for k, v in var('status').items() %}{{ log('value: I ' ~ k ~ v ~ (k is number) ~ (k is string) ~ (k is boolean) ~ (k is integer) ~ (k is float), true) }}{% endfor %}
{{ log('value: A ' ~ (var('big') + 1) ~ ' ' ~ (var('big') // 10), true) }}
{{ log('value: FY ' ~ fromyaml('{1: a, "1": b, 2.5: [12345678901234567890], 2024-01-01: {x: 2024-01-01T10:00:00}, ~: n, __proto__: p, constructor: c, 10: ten, 9: nine}'), true) }}
{{ log('value: FJ ' ~ fromjson('{"10": 1, "9": 2, "__proto__": 12345678901234567890, "f": 1.0, "e": 1e16}'), true) }}
{{ log('value: 2024s ' ~ var('2024', 'dflt'), true) }}
{{ log('value: range ' ~ range(9007199254740993, 9007199254740996) | list ~ range(12345678901234567890, 12345678901234567880, -3) | list ~ (12345678901234567891 in range(12345678901234567890, 12345678901234567899)) ~ range(9007199254740990, 9007199254740999)[2:5] ~ (range(9007199254740990, 9007199254740999) | length) ~ range(9007199254740990, 9007199254740999)[-1], true) }}
select 1 as id
