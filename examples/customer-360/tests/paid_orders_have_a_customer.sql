-- An order that was paid belongs to a customer we know.
select orders.order_id
from {{ ref('silver_orders') }} as orders
left join {{ ref('silver_customers') }} as customers
    on orders.customer_id = customers.customer_id
where
    orders.status = 'paid'
    and customers.customer_id is null
