{{ config(unique_key=['x', 'Y']) }} select 1 as x, 2 as y
