select * from {{ ref('plain') }} union all select * from {{ ref('semicolon') }} union all select * from {{ ref('odd') }}
