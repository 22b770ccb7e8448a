select 1 where {{ function('twice') }}(1) <> 4
