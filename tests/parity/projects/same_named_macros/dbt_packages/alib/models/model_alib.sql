{{ helper() }} {{ alib.outer() }} select 1 as id
