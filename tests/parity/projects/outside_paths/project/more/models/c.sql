select * from {{ ref('shared_codes') }}
