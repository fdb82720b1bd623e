select * from {{ ref('deep_one') }}
