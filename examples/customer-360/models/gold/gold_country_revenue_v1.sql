select
    country_code,
    count(*) as customer_count,
    sum(revenue) as revenue
from {{ ref('gold_customers') }}
group by country_code
