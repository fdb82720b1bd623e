{% set chosen = 'c' if invocation_id | length > 3 else 'b' %}
select * from {{ ref(chosen) }}
{% if modules.datetime.datetime.now().year > 1999 %}join {{ ref('a') }} using (x){% endif %}
