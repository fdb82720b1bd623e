{% macro noted(what) %}select '{{ what }}'{% endmacro %}
