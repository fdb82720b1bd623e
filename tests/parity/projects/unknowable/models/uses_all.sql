{{ config(tags=[run_started_at.strftime('%Y')], meta={'at': invocation_id}) }}
select * from {{ ref('by_time') }} join {{ ref('by_random') }} using (x)
