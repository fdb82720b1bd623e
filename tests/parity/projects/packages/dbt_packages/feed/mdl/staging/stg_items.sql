{{ config(tags=['in_file'], enabled=var('switch', false)) }}
select * from {{ source('feed_raw', 'items') }} -- {{ var('from_root') }}
{% if var('from_root') == 'root' %}
union all select * from {{ ref('stg_people') }}
{% else %}
union all select * from {{ ref('twin') }}
{% endif %}
