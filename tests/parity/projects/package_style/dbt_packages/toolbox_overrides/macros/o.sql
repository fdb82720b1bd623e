{% macro default__since(column, days) %}{{ column }} - {{ days }} /* {{ ref('orders_override') }} */{% endmacro %}
