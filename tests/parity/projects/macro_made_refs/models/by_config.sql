{{ config(**settings('table')) }}
{{ config(tags=tags_of('x', 'y'), meta={'from': 'macro', 'models': var('unioned')}) }}
select * from {{ ref('one') }}
