select 2 as customer_id, 'AT' as country, cast('2026-01-01' as date) as first_seen
