select
    id as order_id,
    account_id,
    amount,
    status,
    ordered_at,
    _loaded_at
from {{ source('shop', 'orders') }}
