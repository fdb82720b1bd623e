{{ config(enabled=true) }} select * from {{ ref('plain') }}
