-- c
WITH RECURSIVE q as (select 1 as n) select * from q, {{ ref('eph') }}