{{ config(meta={'same': var('day') == var('day'), 'later': var('days')[0] > var('day'), 'year': var('day').year, 'more': (var('large') + 1) ~ ''}) }}
select 1 as id
