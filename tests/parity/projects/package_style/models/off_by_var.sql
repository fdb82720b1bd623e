{{ config(enabled=var('shop__using_refunds', True)) }}
select * from {{ ref('stg_shop__refunds') }}
