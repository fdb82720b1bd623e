select ordered_on, count(*) as orders from {{ ref('bronze_orders') }} group by ordered_on
