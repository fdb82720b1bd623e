select 1 as order_id, 2 as customer_id, 3 as shop, 3.5 as amount, cast('2026-01-01' as date) as ordered_at, 'x' as status, 'y' as kind
