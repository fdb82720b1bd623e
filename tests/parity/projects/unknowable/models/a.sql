select 'a' as x
