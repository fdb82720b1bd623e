{% macro own() %}1{% endmacro %}
