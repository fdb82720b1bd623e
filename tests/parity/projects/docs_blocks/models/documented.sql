select 1 as id, 2 as other, 3 as third
