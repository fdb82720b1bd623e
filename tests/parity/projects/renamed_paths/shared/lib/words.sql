{% macro shared_word() %}'shared'{% endmacro %}
