select * from {{ ref('inner_orders') }}
