select 1 as id, 'four' as name
