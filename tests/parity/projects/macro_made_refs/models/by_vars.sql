{% for name in var('unioned') %}select * from {{ ref(name) }} union all {% endfor %}
{% for country, name in var('by_country').items() %}select '{{ country }}', * from {{ ref(name) }} union all {% endfor %}
{% if var('use_three', false) %}select * from {{ ref('three') }} union all{% endif %}
select * from {{ source('raw', var('layer') ~ '_three') }}
