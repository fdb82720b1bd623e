select * from {{ source('shop', 'orders') }} join {{ ref('inner_orders') }} using (id)
