with base as (select * from {{ ref('stg_shop__orders_tmp') }}),
fields as (
    select
        {{ shop.fill_staging_columns(
            source_columns=adapter.get_columns_in_relation(ref('stg_shop__orders_tmp')),
            staging_columns=get_orders_columns()) }}
        {{ shop.source_relation(union_schema_variable='shop_union_schemas') }}
    from base
)
select * from fields
{% if var('shop__using_refunds', True) %} left join {{ ref('stg_shop__refunds') }} using (order_id) {% endif %}
