{% test both(model, column_name) %}{{ config(tags=['both_of_alib']) }} select {{ ref('of_alib') }} from {{ model }} {% endtest %}
{% test rooted(model, column_name) %}{{ config(tags=['rooted_of_alib']) }} select {{ ref('of_alib') }} from {{ model }}{% endtest %}
{% test not_null(model, column_name) %}{{ config(tags=['not_null_of_alib']) }} select {{ ref('of_alib') }} from {{ model }}{% endtest %}
{% test helped_alib(model, column_name) %}{{ helper() }} {{ alib.helper() }} {{ midroot.helper_of_root() }} {% endtest %}
{% macro helper() %}{{ config(meta={'helper': 'alib'}) }}{% endmacro %}
{% macro outer() %}{{ helper() }}{% endmacro %}
