{{ config(enabled=(env_var('FLOE_PARITY_UNSET', 'true') == 'true') | as_bool, tags=env_var('FLOE_PARITY_TAGS', 'x,y').split(',')) }}
{% if env_var('FLOE_PARITY_NUMBER', '5') | int > 4 %}select * from {{ ref('a') }}{% else %}{{ ref('b') }}{% endif %}
