-- FLOE-E201: the layer's prefix is missing; silver_payments it should be.
select
    account_id || '-1' as payment_id,
    cast(10 as decimal(18, 2)) as amount
from {{ ref('bronze_accounts') }}
