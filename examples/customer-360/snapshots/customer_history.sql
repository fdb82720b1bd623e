{% snapshot customer_history %}

{{
    config(
        target_schema='history',
        unique_key='customer_id',
        strategy='check',
        check_cols=['email', 'country_code'],
    )
}}

select
    customer_id,
    email,
    country_code
from {{ ref('silver_customers') }}

{% endsnapshot %}
