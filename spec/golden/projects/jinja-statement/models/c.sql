{% call statement('s', fetch_result=true) %}select 5 as v{% endcall %}select {{ load_result('s')['data'][0][0] if execute else 0 }} as v
