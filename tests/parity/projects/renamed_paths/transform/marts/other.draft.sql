select * from {{ ref('nobody') }}
