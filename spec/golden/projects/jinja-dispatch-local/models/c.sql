select {{ pick() }} as n
