{% if run_started_at.strftime('%Y') | int > 2000 %}select * from {{ ref('a') }}{% else %}select * from {{ ref('b') }}{% endif %}
