{% if var('flag_true') %}select * from {{ ref('a') }}{% else %}select * from {{ ref('b') }}{% endif %}
{% if var('flag_text') %}union all select * from {{ ref('c') }}{% endif %}
{% if var('flag_text') | as_bool %}union all select * from {{ ref('d') }}{% endif %}
{% if var('nothing', 'x') is none %}{{ ref('c') }}{% endif %}
{% if var('unset', 'fallback') == 'fallback' and var('number') > 2 and var('scoped') == 'own' %}{{ ref('d') }}{% endif %}
{% if var.has_var('unset') %}{{ ref('nobody') }}{% endif %}
