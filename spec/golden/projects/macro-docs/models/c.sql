select {{ m(4) }} as n
