select 1 as id
from (select 1)

