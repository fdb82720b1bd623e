{% macro dbt_utils_like_value(name) %}
{% if not execute %}{{ return([]) }}{% endif %}
{% set found = run_query('select x from ' ~ ref(name)) %}
{{ return(found.columns[0].values()) }}
{% endmacro %}
