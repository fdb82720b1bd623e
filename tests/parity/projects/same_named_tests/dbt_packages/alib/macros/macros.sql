{# which of three it is only the order tells in which the system lists the packages' folders #}
{% test any(model) %}{{ config(tags=['of_alib'], severity='warn') }} select {{ ref('of_alib') }} from {{ model }} {% endtest %}
{% macro get_where_subquery(relation) %}{{ return(relation) }}{% endmacro %}
