-- What the contract promises: one row for every customer.
with orders as (
    select
        customer_id,
        count(*) as order_count,
        sum(amount) as revenue
    from {{ ref('silver_orders') }}
    where status = 'paid'
    group by customer_id
),

tickets as (
    select
        customer_id,
        count(*) as open_tickets
    from {{ ref('silver_tickets') }}
    where state = 'open'
    group by customer_id
)

select
    customers.customer_id,
    customers.email,
    customers.full_name,
    customers.country_code,
    customers.customer_since,
    coalesce(orders.order_count, 0) as order_count,
    cast(coalesce(orders.revenue, 0) as decimal(18, 2)) as revenue,
    coalesce(tickets.open_tickets, 0) as open_tickets,
    cast(current_timestamp as timestamp) as updated_at
from {{ ref('silver_customers') }} as customers
left join orders on customers.customer_id = orders.customer_id
left join tickets on customers.customer_id = tickets.customer_id
