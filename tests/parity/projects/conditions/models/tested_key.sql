{{ config(unique_key='y') }} select 1 as x, 2 as y
