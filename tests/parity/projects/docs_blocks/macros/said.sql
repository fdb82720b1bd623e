{% macro said(what) %}{{ what }}{% endmacro %}
