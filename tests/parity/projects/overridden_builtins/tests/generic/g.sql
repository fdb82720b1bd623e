{% test dbt_utils_like(model, column_name, combination_of_columns) %}select 1 from {{ model }} where {{ combination_of_columns | join(' = ') }}{% endtest %}
