{% test both(model, column_name) %}{{ config(tags=['both_of_zlib']) }} select {{ ref('of_zlib') }} from {{ model }} {% endtest %}
{% test rooted(model, column_name) %}{{ config(tags=['rooted_of_zlib']) }} select {{ ref('of_zlib') }} from {{ model }}{% endtest %}
{% test not_null(model, column_name) %}{{ config(tags=['not_null_of_zlib']) }} select {{ ref('of_zlib') }} from {{ model }}{% endtest %}
{% test helped_zlib(model, column_name) %}{{ helper() }} {{ zlib.helper() }} {{ midroot.helper_of_root() }} {% endtest %}
{% macro helper() %}{{ config(meta={'helper': 'zlib'}) }}{% endmacro %}
{% macro outer() %}{{ helper() }}{% endmacro %}
