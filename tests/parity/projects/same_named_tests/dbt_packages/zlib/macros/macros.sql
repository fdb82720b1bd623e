{# which of three it is only the order tells in which the system lists the packages' folders #}
{% test any(model) %}{{ config(tags=['of_zlib'], severity='warn') }} select {{ ref('of_zlib') }} from {{ model }} {% endtest %}
{% macro get_where_subquery(relation) %}{{ return(relation) }}{% endmacro %}
