select {{ pick()[1] }} as n
