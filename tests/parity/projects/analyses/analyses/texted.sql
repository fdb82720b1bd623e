{{ config(tags='text') }} select 1
