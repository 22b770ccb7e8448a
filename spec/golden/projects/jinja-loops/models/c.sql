select
{%- for m in ['x', 'y', 'z'] %}
  sum({{ m }}) as {{ m }}_total{{ ',' if not loop.last }}
{%- endfor %}
from (select 1 as x, 2 as y, 3 as z)
