{% macro shared() %}{{ own() }}{% endmacro %}
