select * from {{ ref('a') }}
{% if flags.WHICH == 'docs' %}
union all select * from {{ source('nowhere', 'nothing') }} join {{ ref('nobody') }}
{% endif %}
