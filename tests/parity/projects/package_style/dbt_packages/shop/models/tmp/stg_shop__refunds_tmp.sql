{{ config(enabled=var('shop__using_refunds', True)) }}
select * from {{ var('shop__refunds') }}
