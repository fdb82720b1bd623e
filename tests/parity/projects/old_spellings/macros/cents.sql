{% macro cents(x) %}{{ x }} * 100{% endmacro %}
{% macro test_dbt_like(model, columns) %}select {{ columns | join(',') }} from {{ model }}{% endmacro %}
