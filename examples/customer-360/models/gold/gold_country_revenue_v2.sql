select
    countries.region,
    customers.country_code,
    count(*) as customer_count,
    cast(sum(customers.revenue) as decimal(18, 2)) as revenue
from {{ ref('gold_customers') }} as customers
inner join {{ ref('countries') }} as countries
    on customers.country_code = countries.country_code
group by countries.region, customers.country_code
