select 'c' as x
