select
    id as ticket_id,
    account_id,
    state,
    opened_at,
    _loaded_at
from {{ source('support', 'tickets') }}
