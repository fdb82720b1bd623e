select * from {{ ref('customers') }}
union all select * from {{ ref('customers', version=1) }}
union all select * from {{ ref('versions', 'customers', v='2') }}
union all select * from {{ ref('customers', v=3) }}
union all select * from {{ ref('accounts') }}
union all select * from {{ ref('accounts', v='next') }}
