{% macro helper_of_root() %}{{ config(tags=['helped']) }}{% endmacro %}
