{# cents comes in two forms #}
{% macro cents_of(column) %}{{ column }} * 100{% endmacro %}

{%- macro cents(column) %}({{ column }} / 100){% endmacro %}

{% test positive(model, column_name) %}
select * from {{ model }} where {{ column_name }} <= 0
{% endtest %}
