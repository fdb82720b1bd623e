select * from {{ ref('twin') }}
