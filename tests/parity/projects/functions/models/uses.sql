select {{ function('doubled') }}(n) from {{ ref('numbers') }}
