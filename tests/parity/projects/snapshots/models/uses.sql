select * from {{ ref('people_yaml') }} union all select * from {{ ref('people_history') }}
