{% set r = run_query('select 3 as n, 4 as m') %}{% if execute %}select {{ r.columns[0].values()[0] }} as n, {{ r.rows[0]['m'] }} as m{% else %}select 1{% endif %}
