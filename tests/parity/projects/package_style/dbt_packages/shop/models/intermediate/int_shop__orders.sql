{%- set soft = var('shop__metrics', []) -%}
select * from {{ ref('stg_shop__orders') }} {{ shop.persist_pass_through('shop__metrics', transform='sum') }}
