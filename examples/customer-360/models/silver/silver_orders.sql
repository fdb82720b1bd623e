select
    order_id,
    account_id as customer_id,
    cast(amount as decimal(18, 2)) as amount,
    lower(status) as status,
    cast(ordered_at as date) as ordered_on
from {{ ref('bronze_shop_orders') }}
where amount > 0
