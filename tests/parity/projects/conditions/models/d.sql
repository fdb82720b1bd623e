select 'd' as x
