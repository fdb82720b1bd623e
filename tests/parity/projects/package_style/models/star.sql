select {{ toolbox.star(from=ref('orders_override'), except=['customer_id'], relation_alias='o') }}
from {{ ref('orders_override') }} as o
