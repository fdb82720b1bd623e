select * from {{ ref('root') }}
