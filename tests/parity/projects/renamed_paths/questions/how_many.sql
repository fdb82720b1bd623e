select count(*) from {{ ref('orders_daily') }}
