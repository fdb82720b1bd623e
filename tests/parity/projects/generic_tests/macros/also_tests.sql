{% macro test_old_style(model, column_name) %}
select * from {{ model }} where {{ column_name }} = 'old'
{% endmacro %}
