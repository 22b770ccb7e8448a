{%- set t -%}
a: yes
b: 012
c: 1.0
d: 2020-01-01
a: no
e: |
  x
  y
f: "z"
g: [1, 2,]
h: ~
i: 1_000
j: 0x10
k: 12:30
l: null
{%- endset -%}
{% set m = fromyaml(t) %}
{% for k, v in m.items() %}{{ k }}={{ v }};{% endfor %}
{{ fromyaml('a: b: c', 'dflt') }} {{ fromyaml('- a\n- b') }} {{ fromyaml('yes') }} {{ fromyaml('') }} {{ fromyaml('a: 1\n---\nb: 2', 'two') }} {{ fromyaml("{a: *x}", 'al') }} {{ fromyaml("t: 2020-01-01 10:00:00") }}
[{{ fromyaml('e: |\n  x\n  y\n') }}] {{ fromyaml('a: b: c', default='dd') }} {{ fromjson('{', default='jj') }} {{ fromyaml('a: [1') }}
