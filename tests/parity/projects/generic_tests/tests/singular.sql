{{ config(severity='error', tags=['single'], store_failures=false) }}
select * from {{ ref('people') }} where id < 0
