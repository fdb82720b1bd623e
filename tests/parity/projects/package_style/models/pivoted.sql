{%- set statuses = toolbox.get_column_values(table=ref('orders_override'), column='status', default=['a', 'b'], where="1 = 1") -%}
select customer_id, {{ toolbox.pivot('status', statuses, agg='sum', then_value='amount', quote_identifiers=false) }}
from {{ ref('star') }}
{{ toolbox.group_by(n=1) }}
