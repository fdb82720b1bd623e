{% if dbt_version.split('.')[0] | int >= 1 %}select * from {{ ref('a') }}{% endif %}
