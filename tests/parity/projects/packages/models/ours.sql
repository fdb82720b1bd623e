select * from {{ ref('twin') }} union all select * from {{ ref('feed', 'twin') }}
union all select * from {{ ref('shop', 'twin') }}
