{% test rooted(model, column_name) %}{{ config(tags=['rooted_of_root']) }} select {{ ref('of_root') }} from {{ model }}{% endtest %}
