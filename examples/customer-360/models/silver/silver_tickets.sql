select
    ticket_id,
    account_id as customer_id,
    lower(state) as state,
    cast(opened_at as date) as opened_on
from {{ ref('bronze_support_tickets') }}
