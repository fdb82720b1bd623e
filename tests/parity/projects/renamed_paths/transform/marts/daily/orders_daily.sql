select * from {{ ref('stg_orders') }} union all select * from {{ ref('more') }}
