select 1 as id, 'three' as name
