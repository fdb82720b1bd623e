{{ config(schema='again', alias='orders') }} select * from {{ ref('stg') }}
