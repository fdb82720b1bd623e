{{ config(enabled=tools.wanted('orders')) }}
select {{ tools.spell('a') }} as a, {{ tools.hello() }} as b
from {{ ref('feed', 'stg_items') }}
join {{ ref('stg_people') }} using (id)
join {{ tools.from_model('twin') }} using (id)
join {{ source('feed_raw', 'items') }} using (id)
