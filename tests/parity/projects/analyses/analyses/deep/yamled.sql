select 1 -- {{ ref('m') }}
