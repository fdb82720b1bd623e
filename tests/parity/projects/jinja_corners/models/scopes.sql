{% set name = 'other' %}
{% for x in [1, 2] %}{% set name = 'nobody' %}{% endfor %}
{% if true %}{% set chosen = 'base' %}{% endif %}
{% set a, b = 'x', 'y' %}
{% with inner = 'base' %}{{ ref(inner) }}{% endwith %}
{{ ref(name) }} {{ ref(chosen) }} {{ a ~ b }}
{% filter upper %}lower {{ ref('base') }}{% endfilter %}
