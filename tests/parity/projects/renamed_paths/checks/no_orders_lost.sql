select * from {{ ref('orders_daily') }} where false
