select 1 as id, 'two' as name
