-- The register as delivered; the names of the columns become ours, the values stay theirs.
select
    id as account_id,
    email,
    full_name,
    country,
    created_at,
    _loaded_at
from {{ source('crm', 'accounts') }}
