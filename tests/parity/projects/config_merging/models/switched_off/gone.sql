{{ config(tags=['gone']) }} select * from {{ ref('plain') }}
