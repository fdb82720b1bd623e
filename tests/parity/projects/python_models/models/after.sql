select * from {{ ref('steps') }}
